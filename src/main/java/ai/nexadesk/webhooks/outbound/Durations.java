package ai.nexadesk.webhooks.outbound;

import java.math.BigDecimal;
import java.time.Duration;

/** Formats durations for messages. */
final class Durations {
    private Durations() {}

    /** Formats a duration, for example as {@code 5 s}, {@code 1.5 s} or {@code 300 ms}. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis < 1000
                ? millis + " ms"
                : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + " s";
    }
}
