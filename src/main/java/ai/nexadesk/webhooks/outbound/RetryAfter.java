package ai.nexadesk.webhooks.outbound;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The value of a {@code Retry-After} header (RFC 9110, section 10.2.3). */
final class RetryAfter {
    /** More digits than any sensible wait has, and few enough for a long. */
    private static final int MAX_DIGITS = 12;

    private RetryAfter() {}

    static Optional<Duration> parse(String value, Instant now) {
        if (value.length() <= MAX_DIGITS && value.matches("[0-9]+")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
            return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
        } catch (DateTimeException neither) {
            return Optional.empty();
        }
    }
}
