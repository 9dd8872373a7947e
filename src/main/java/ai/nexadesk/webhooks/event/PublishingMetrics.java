package ai.nexadesk.webhooks.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;
import jakarta.inject.Singleton;

/** Counts published events, and how long their publishers wait for the answer; from 0 on, not only after the first event. */
@Singleton
@Startup
public final class PublishingMetrics {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;
    private final Counter accepted;
    private final Counter duplicates;
    private final Counter invalid;
    private final Counter unavailable;
    private final Counter deadLetters;
    private final Counter interruptions;
    private final Timer duration;

    public PublishingMetrics(MeterRegistry registry) {
        this.registry = registry;
        accepted = events(registry, "accepted");
        duplicates = events(registry, "duplicate");
        invalid = refused(registry, "invalid");
        unavailable = refused(registry, "unavailable");
        deadLetters = Counter.builder("nexadesk.kafka.dead.letters")
                .description("Kafka records that can't be published")
                .register(registry);
        interruptions = Counter.builder("nexadesk.kafka.interruptions")
                .description("How often taking events from Kafka failed and had to begin anew")
                .register(registry);
        duration = Timer.builder("nexadesk.publishing")
                .description("Publishing requests, until their events are durable")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private static Counter events(MeterRegistry registry, String outcome) {
        return Counter.builder("nexadesk.events")
                .description("Events acknowledged to publishers")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter refused(MeterRegistry registry, String reason) {
        return Counter.builder("nexadesk.publishing.refused")
                .description("Publishing requests of which nothing was stored")
                .tag("reason", reason)
                .register(registry);
    }

    /** A publishing request is not as it must be. */
    public void invalid() {
        invalid.increment();
    }

    /** A publishing request could not be served now. */
    public void unavailable() {
        unavailable.increment();
    }

    /** A record of Kafka can never be published. */
    public void deadLetter() {
        deadLetters.increment();
    }

    /** Taking records of Kafka failed and begins anew. */
    public void interrupted() {
        interruptions.increment();
    }

    /** Shows whether records of Kafka are taken; null where they are not to be. */
    public void watch(Supplier<@Nullable Number> taking) {
        Gauge.builder("nexadesk.kafka.taking", taking)
                .description("1 while this replica consumes from Kafka, otherwise 0; NaN without Kafka")
                .register(registry);
    }

    /** A request was answered with this receipt, so long after it was read. */
    public void published(Receipt receipt, long nanos) {
        accepted.increment(receipt.accepted());
        duplicates.increment(receipt.duplicates());
        duration.record(Duration.ofNanos(nanos));
    }
}
