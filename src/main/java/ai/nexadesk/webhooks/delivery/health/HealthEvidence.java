package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.webhook.Health.State;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A webhook's attempts in the last 15 minutes, and its previous state.
 *
 * @param state the previous state
 * @param since when the previous state began; null if there is none
 * @param formerCause the previous cause of failures; null if there was none
 * @param succeeded how many attempts succeeded
 * @param failed how many attempts failed
 * @param firstFailure the minute of the first failed attempt; null if none failed
 * @param cause the most frequent cause; null if none failed
 * @param failingSince the first failure since the last success, at any time; null if the last attempt succeeded
 * @param waits whether deliveries are waiting for an attempt
 */
record HealthEvidence(
        String webhookId,
        State state,
        @Nullable Instant since,
        @Nullable String formerCause,
        long succeeded,
        long failed,
        @Nullable Instant firstFailure,
        @Nullable String cause,
        @Nullable Instant failingSince,
        boolean waits) {

    /** How far back attempts count. */
    static final Duration WINDOW = Duration.ofMinutes(15);

    /** Fewer failures can be chance. */
    private static final int ENOUGH = 3;

    /** The new state of a webhook. */
    record Assessment(
            String webhookId,
            State state,
            Instant since,
            @Nullable String cause) {}

    /** Its new state; empty if it has not changed. */
    Optional<Assessment> change(Instant now) {
        var next = judge();
        var assessment = new Assessment(webhookId, next, begin(next, now), cause(next));
        boolean isNew =
                next != state || !assessment.since.equals(since) || !Objects.equals(assessment.cause, formerCause);
        return isNew ? Optional.of(assessment) : Optional.empty();
    }

    private State judge() {
        if (succeeded == 0 && failed == 0) {
            return endsQuietly() ? State.IDLE : state;
        }
        if (failed == 0) {
            return State.HEALTHY;
        }
        boolean isOutage = succeeded == 0 && (failed >= ENOUGH || state == State.FAILING);
        return isOutage ? State.FAILING : State.DEGRADED;
    }

    /** During an outage, hours can pass between two retries, so silence does not end it. */
    private boolean endsQuietly() {
        boolean needsAttention = state == State.FAILING || state == State.DEGRADED;
        return !(needsAttention && failingSince != null && waits);
    }

    private Instant begin(State next, Instant now) {
        if (next == State.FAILING) {
            return Objects.requireNonNullElse(failingSince, Objects.requireNonNullElse(since, now));
        }
        if (next == state && since != null) {
            return since;
        }
        return next == State.DEGRADED && firstFailure != null ? firstFailure : now;
    }

    private @Nullable String cause(State next) {
        return switch (next) {
            case FAILING, DEGRADED -> cause == null ? formerCause : cause;
            case HEALTHY, IDLE -> null;
        };
    }
}
