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

/**
 * Counts published events and measures the time until the response. Counters exist from the start, with the value 0.
 */
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
                .description("How often consuming events from Kafka failed and was restarted")
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

    /** Counts an invalid publishing request. */
    public void invalid() {
        invalid.increment();
    }

    /** Counts a publishing request that could not be served. */
    public void unavailable() {
        unavailable.increment();
    }

    /** Counts a Kafka record that became a dead letter. */
    public void deadLetter() {
        deadLetters.increment();
    }

    /** Counts a failure of consuming from Kafka, which restarts. */
    public void interrupted() {
        interruptions.increment();
    }

    /** Registers the gauge that shows whether this replica consumes from Kafka; the value is null without Kafka. */
    public void watch(Supplier<@Nullable Number> consuming) {
        Gauge.builder("nexadesk.kafka.consuming", consuming)
                .description("1 while this replica consumes from Kafka, otherwise 0; NaN without Kafka")
                .register(registry);
    }

    /** Counts a request that was answered with this receipt, this long after it was read. */
    public void published(Receipt receipt, long nanos) {
        accepted.increment(receipt.accepted());
        duplicates.increment(receipt.duplicates());
        duration.record(Duration.ofNanos(nanos));
    }
}
