package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The outcome of one attempt. A failure is a value, not an exception. */
public sealed interface Outcome permits Outcome.Responded, Outcome.NoResponse {
    /** When the attempt began. */
    Instant startedAt();

    /** From the beginning to the last byte read, or to the failure. */
    Duration duration();

    /** When the last byte was read, or when it failed. */
    default Instant endedAt() {
        return startedAt().plus(duration());
    }

    /** The durations of its parts. */
    Timing timing();

    /** Why it failed; null if it succeeded. */
    @Nullable
    ErrorCode errorCode();

    /** Why it failed, as a sentence with a remedy for people; null if it succeeded. */
    @Nullable
    String message();

    /** Whether the endpoint accepted the message. */
    default boolean succeeded() {
        return errorCode() == null;
    }

    /**
     * The endpoint responded.
     *
     * @param headers the first 16 KiB of the headers
     * @param body the first 64 KiB of the body, as far as it arrived before the deadline
     * @param truncated whether the response was longer
     */
    record Responded(
            Instant startedAt,
            Duration duration,
            Timing timing,
            int status,
            List<Header> headers,
            byte[] body,
            boolean truncated)
            implements Outcome {
        @Override
        public @Nullable ErrorCode errorCode() {
            if (status >= 200 && status < 300) {
                return null;
            }
            return status >= 300 && status < 400 ? ErrorCode.REDIRECT : ErrorCode.HTTP_STATUS;
        }

        @Override
        public @Nullable String message() {
            ErrorCode code = errorCode();
            if (code == null) {
                return null;
            }
            String answer = "Your endpoint responded with " + StatusPhrase.of(status);
            if (code != ErrorCode.REDIRECT) {
                return answer + ".";
            }
            return isFollowable()
                    ? answer + ", but redirects are not followed; use the final URL."
                    : answer + ", which does not confirm the delivery; respond with a status from 200 to 299.";
        }

        /** Whether the response names another URL for the request. */
        private boolean isFollowable() {
            return switch (status) {
                case 300, 304, 305, 306 -> false;
                default -> headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("Location"));
            };
        }

        /**
         * How long the endpoint asks to wait, from the {@code Retry-After} of a 429 or 503: seconds, or an HTTP date in
         * any of its three forms (RFC 9110, section 10.2.3). Never negative. Empty for other responses and invalid
         * values.
         */
        public Optional<Duration> retryAfter(Instant now) {
            if (status != 429 && status != 503) {
                return Optional.empty();
            }
            return headers.stream()
                    .filter(header -> header.name().equalsIgnoreCase("Retry-After"))
                    .findFirst()
                    .flatMap(header -> RetryAfter.parse(header.value().strip(), now));
        }
    }

    /** There was no valid HTTP response. */
    record NoResponse(Instant startedAt, Duration duration, Timing timing, ErrorCode errorCode, String message)
            implements Outcome {}
}
