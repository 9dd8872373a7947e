package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.queue.BacklogAge;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * Reports the backlog. A long backlog never makes the check fail: fewer replicas would only lengthen it, and publishing
 * is safe at any length.
 */
@Readiness
@ApplicationScoped
class BacklogReadiness implements HealthCheck {

    private final Dispatcher dispatcher;
    private final Replica replica;
    private final BacklogAge age;

    BacklogReadiness(Dispatcher dispatcher, Replica replica, BacklogAge age) {
        this.dispatcher = dispatcher;
        this.replica = replica;
        this.age = age;
    }

    @Override
    public HealthCheckResponse call() {
        var load = dispatcher.load();
        return HealthCheckResponse.named("Backlog")
                .up()
                .withData("age_seconds", age.latest().toSeconds())
                .withData("waiting_in_memory", load.waiting())
                .withData("in_flight", load.inFlight())
                .withData("unrecorded", load.unrecorded())
                .withData("lease_ms", replica.millisLeft())
                .build();
    }
}
