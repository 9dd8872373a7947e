package ai.nexadesk.webhooks.webhook;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Locale;

/**
 * The health of a webhook, based on its latest attempts. In an outage, it is failing long before any delivery has
 * failed for good.
 *
 * @param state the state
 * @param since when the state began; for {@code failing}, the first failure after the last success; null if nothing was
 *     ever attempted
 * @param cause the most frequent cause of failed attempts: a status code or an error code; null if none failed
 * @param waiting the number of unfinished deliveries, counted up to 10,000
 * @param waitingIsLowerBound whether there are more
 * @param nextAttemptAt when the next of them is due; null if none is waiting
 */
@JsonAutoDetect(isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record Health(
        State state,
        @Nullable Instant since,
        @Nullable String cause,
        long waiting,
        boolean waitingIsLowerBound,
        @Nullable Instant nextAttemptAt) {

    /** The maximum number of waiting deliveries to count. */
    public static final int MAX_WAITING = 10_000;

    /** The states, worst first. */
    public enum State {
        /** All attempts of the last 15 minutes failed, at least three, and none has succeeded since. */
        FAILING,
        /** Some attempts of the last 15 minutes failed. */
        DEGRADED,
        /** No attempt of the last 15 minutes failed. */
        HEALTHY,
        /** There were no attempts, and no retries are pending. */
        IDLE;

        /** Its lowercase name in the REST API. */
        @JsonValue
        public String value() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether all attempts fail. */
    public boolean isFailing() {
        return state == State.FAILING;
    }

    /** Whether some attempts fail. */
    public boolean isDegraded() {
        return state == State.DEGRADED;
    }

    /** Whether a person should look at it. */
    public boolean needsAttention() {
        return isFailing() || isDegraded();
    }
}
