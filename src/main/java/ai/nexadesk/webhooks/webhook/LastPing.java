package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * The outcome of the newest ping of a webhook.
 *
 * @param at when it was sent
 * @param ok whether the endpoint answered with exactly 200
 * @param statusCode the status code of the response; null if there was none
 * @param durationMs how long the response took, in milliseconds
 * @param errorCode why it failed, one of the error codes of attempts; null if it did not
 * @param message the outcome as a sentence for people
 */
@Embeddable
public record LastPing(
        @Column(name = "ping_at") Instant at,
        @Column(name = "ping_ok") boolean ok,
        @Column(name = "ping_status") @Nullable Integer statusCode,
        @Column(name = "ping_duration") long durationMs,
        @Column(name = "ping_error") @Nullable String errorCode,
        @Column(name = "ping_message") String message) {

    /**
     * The outcome of a ping with wrong signatures.
     *
     * @param verifies whether the endpoint rejected it with a 4xx; null if it answered with neither 4xx nor 2xx
     */
    public record SignatureTest(@Nullable Boolean verifies, LastPing ping) {

        static SignatureTest of(LastPing ping) {
            int kind = ping.statusCode() == null ? 0 : ping.statusCode() / 100;
            return new SignatureTest(kind == 4 ? Boolean.TRUE : kind == 2 ? Boolean.FALSE : null, ping);
        }

        /** The result as a sentence for people. */
        public String message() {
            if (verifies == null) {
                return "NexaDesk can't tell whether your endpoint verifies signatures. " + ping.message();
            }
            return (verifies ? "Your endpoint verifies signatures" : "Your endpoint accepts forged requests")
                    + ": it responded with "
                    + ping.statusCode() + " to a ping with a wrong signature.";
        }
    }
}
