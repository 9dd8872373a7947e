package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.Outcome;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The consequences of an attempt's outcome for its delivery.
 *
 * @param status the delivery's new status; null if it keeps the one it has
 * @param nextAt when the next automatic attempt is due; null if there is none
 * @param tries the number of automatic attempts so far
 * @param errorCode why the attempt failed; null if it did not
 * @param errorMessage the reason for the failure as a sentence for people; null if it did not fail
 */
public record Verdict(
        @Nullable DeliveryStatus status,
        @Nullable Instant nextAt,
        int tries,
        @Nullable ErrorCode errorCode,
        @Nullable String errorMessage) {

    private static final int OK = 200;

    /** The verdict on an attempt of this delivery that ended at this moment. */
    public static Verdict of(LeasedDelivery lease, Outcome outcome, Instant endedAt, RetrySchedule schedule) {
        int status = outcome instanceof Outcome.Responded response ? response.status() : 0;
        int tries = lease.trigger() == Trigger.AUTOMATIC ? lease.tries() + 1 : lease.tries();
        if (lease.isForged() && status / 100 == 4) {
            return new Verdict(
                    DeliveryStatus.FAILED,
                    null,
                    tries,
                    ErrorCode.HTTP_STATUS,
                    "Your endpoint responded with " + status + ", as it should: this ping deliberately had a "
                            + "wrong signature.");
        }
        if (lease.isPing() && outcome.succeeded() && status != OK) {
            return new Verdict(
                    DeliveryStatus.FAILED,
                    null,
                    tries,
                    ErrorCode.HTTP_STATUS,
                    "Your endpoint responded with " + status + "; a ping requires exactly 200.");
        }
        if (outcome.succeeded()) {
            return new Verdict(DeliveryStatus.DELIVERED, null, tries, null, null);
        }
        if (lease.isPing()) {
            return failed(outcome, DeliveryStatus.FAILED, null, tries);
        }
        if (lease.trigger() == Trigger.MANUAL) {
            return failed(
                    outcome,
                    lease.scheduledFor() == null ? null : DeliveryStatus.RETRYING,
                    lease.scheduledFor(),
                    tries);
        }
        var retryAfter = outcome instanceof Outcome.Responded response
                ? response.retryAfter(endedAt)
                : java.util.Optional.<java.time.Duration>empty();
        return schedule.delayAfter(tries, retryAfter)
                .map(delay -> failed(outcome, DeliveryStatus.RETRYING, endedAt.plus(delay), tries))
                .orElseGet(() -> failed(outcome, DeliveryStatus.FAILED, null, tries));
    }

    private static Verdict failed(
            Outcome outcome, @Nullable DeliveryStatus status, @Nullable Instant nextAt, int tries) {
        return new Verdict(status, nextAt, tries, outcome.errorCode(), outcome.message());
    }
}
