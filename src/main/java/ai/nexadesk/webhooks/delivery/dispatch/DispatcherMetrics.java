package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.queue.BacklogAge;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import ai.nexadesk.webhooks.delivery.retention.Partitions;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;

import java.util.function.ToDoubleFunction;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Gauges of waiting deliveries and requests in flight, computed on request. */
@Singleton
final class DispatcherMetrics {

    private final MeterRegistry registry;
    private final Dispatcher dispatcher;
    private final Replica replica;
    private final BacklogAge backlog;
    private final Partitions partitions;

    DispatcherMetrics(
            MeterRegistry registry, Dispatcher dispatcher, Replica replica, BacklogAge backlog, Partitions partitions) {
        this.registry = registry;
        this.dispatcher = dispatcher;
        this.replica = replica;
        this.backlog = backlog;
        this.partitions = partitions;
    }

    void start(@Observes StartupEvent event) {
        gauge(
                "nexadesk.queues.busy",
                "Webhooks with deliveries waiting or in flight in this replica",
                load -> load.queues());
        gauge("nexadesk.queues.slow", "Busy webhooks whose endpoint is slow or failing", load -> load.slow());
        gauge("nexadesk.deliveries.waiting", "Deliveries waiting in memory", load -> load.waiting());
        gauge("nexadesk.requests.in.flight", "Requests in flight", load -> load.inFlight());
        gauge("nexadesk.results.waiting", "Finished attempts waiting to be recorded", load -> load.unrecorded());
        Gauge.builder(
                        "nexadesk.results.age",
                        dispatcher,
                        one -> one.resultsAge().toMillis() / 1000.0)
                .description("How long the database has not accepted the results being recorded")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("nexadesk.lease.remaining", replica, one -> one.millisLeft() / 1000.0)
                .description("Remaining time of this replica's lease; near 0, it sends nothing")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("nexadesk.backlog.age", backlog, age -> age.latest().toMillis() / 1000.0)
                .description("How long the oldest unclaimed delivery has been due")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("nexadesk.retention.oldest", partitions, log -> log.age().toSeconds())
                .description("Age of the oldest day in the log")
                .baseUnit("seconds")
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<DispatcherLoad> value) {
        Gauge.builder(name, dispatcher, one -> value.applyAsDouble(one.load()))
                .description(description)
                .register(registry);
    }
}
