package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import jakarta.inject.Singleton;

/** Counts recorded attempts by outcome, and measures their duration. */
@Singleton
final class AttemptMetrics {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5)
    };

    private final Timer delivered;

    /** By the ordinal of the error code; created in advance, to avoid lookups. */
    private final Timer[] failed;

    private final Counter internalErrors;

    AttemptMetrics(MeterRegistry registry) {
        internalErrors = Counter.builder("nexadesk.internal.errors")
                .description(
                        "Attempts that failed because of an internal error, and deliveries that could not be started or recorded")
                .register(registry);
        delivered = timer(registry, "delivered");
        failed = Arrays.stream(ErrorCode.values())
                .map(code -> timer(registry, code.value()))
                .toArray(Timer[]::new);
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("nexadesk.attempts")
                .description("Attempts that are in the log, from DNS to the last byte")
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** Counts a recorded attempt. */
    void recorded(AttemptResult result) {
        @Nullable ErrorCode code = result.verdict().errorCode();
        (code == null ? delivered : failed[code.ordinal()])
                .record(result.outcome().duration());
        if (code == ErrorCode.INTERNAL_ERROR) {
            internalErrors.increment();
        }
    }

    /** Counts a delivery that could not be started, or whose attempt could not be recorded. */
    void putOff() {
        internalErrors.increment();
    }
}
