package ai.nexadesk.webhooks.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * When a failed delivery is retried: the first retry follows after the first delay, and so on. Each delay starts at the
 * end of the failed attempt.
 *
 * @param delays one per retry, in order
 */
@Singleton
public record RetrySchedule(List<Duration> delays) {

    /** The maximum delay that a {@code Retry-After} header can request. */
    static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(24);

    /**
     * Copies the delays.
     *
     * @throws IllegalArgumentException if a delay is not positive
     */
    public RetrySchedule {
        delays = List.copyOf(delays);
        if (delays.stream().anyMatch(delay -> delay.isNegative() || delay.isZero())) {
            throw new IllegalArgumentException("Retry delays must be positive: " + delays);
        }
    }

    /** The configured schedule. */
    @Inject
    RetrySchedule(DeliverySettings settings) {
        this(settings.retryDelays());
    }

    /** Maximum automatic attempts of a delivery: the first one and the retries. */
    public int maxAttempts() {
        return 1 + delays.size();
    }

    /**
     * How long to wait after this many failed automatic attempts.
     *
     * @param retryAfter the delay that the endpoint requested; it can only postpone the retry, by at most
     *     {@link #LONGEST_RETRY_AFTER}
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
