package ai.nexadesk.webhooks.event.kafka;

import io.quarkus.arc.lookup.LookupUnlessProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import jakarta.enterprise.context.ApplicationScoped;

/**
 * Reports whether events are consumed from Kafka, if brokers are configured. It never reports "not ready": pages, REST
 * and publishing over HTTP do not need Kafka, and readiness does not affect which replica receives Kafka's records.
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
                .withData("consuming", source.isConsuming())
                .build();
    }
}
