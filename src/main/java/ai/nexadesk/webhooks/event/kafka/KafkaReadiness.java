package ai.nexadesk.webhooks.event.kafka;

import io.quarkus.arc.lookup.LookupUnlessProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * Tells whether events are taken from Kafka; not there where no broker is configured. It never says "not ready": pages, REST and
 * publishing by HTTP do not need Kafka, and nobody sends a replica less of Kafka's records for it.
 */
@Readiness
@ApplicationScoped
@LookupUnlessProperty(name = "nexadesk.kafka.bootstrap-servers", stringValue = "")
class KafkaReadiness implements HealthCheck {

    private final KafkaSource source;

    KafkaReadiness(KafkaSource source) {
        this.source = source;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("Kafka")
                .up()
                .withData("taking", source.isTaking())
                .build();
    }
}
