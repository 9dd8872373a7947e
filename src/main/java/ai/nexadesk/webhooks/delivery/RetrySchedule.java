package ai.nexadesk.webhooks.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a failed delivery is tried again: the first retry follows after the first delay, and so on. Each delay runs from the end
 * of the failed attempt.
 *
 * @param delays one a retry, in their order
 */
public record RetrySchedule(List<Duration> delays) {

    /** The maximum delay by a {@code Retry-After} header. */
    static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(24);

    /** A schedule of its own copy. */
    public RetrySchedule {
        delays = List.copyOf(delays);
    }

    /** How many automatic attempts a delivery gets at most: the first and the retries. */
    public int maxAttempts() {
        return 1 + delays.size();
    }

    /**
     * How long to wait after this many failed automatic attempts.
     *
     * @param retryAfter what the endpoint asked for; it can only put the retry off, by {@link #LONGEST_RETRY_AFTER} at most
     * @return empty if there is no further retry
     */
    public Optional<Duration> delayAfter(int failedAttempts, Optional<Duration> retryAfter) {
        if (failedAttempts > delays.size()) {
            return Optional.empty();
        }
        var delay = delays.get(failedAttempts - 1);
        var asked = retryAfter
                .map(wanted -> wanted.compareTo(LONGEST_RETRY_AFTER) < 0 ? wanted : LONGEST_RETRY_AFTER)
                .orElse(Duration.ZERO);
        return Optional.of(asked.compareTo(delay) > 0 ? asked : delay);
    }
}
