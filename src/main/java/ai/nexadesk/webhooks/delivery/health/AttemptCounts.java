package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.outbound.Outcome;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Counts finished attempts of this process by webhook, minute and cause of failure until they are stored. Pings are not counted. A
 * crash loses the counts of a few seconds, but the log has every attempt.
 */
@ApplicationScoped
public class AttemptCounts {

    private Map<Slot, AttemptCount> counts = new HashMap<>();

    /**
     * The attributes by which attempts are counted.
     *
     * @param cause empty for a success; otherwise the status code of the response, or the error code
     */
    record Slot(String webhookId, Instant minute, String cause) {

        boolean isSuccess() {
            return cause.isEmpty();
        }
    }

    /**
     * Attempts of one slot.
     *
     * @param attempts how many there were
     * @param first when the first of them ended
     */
    record AttemptCount(long attempts, Instant first) {

        AttemptCount plus(AttemptCount other) {
            return new AttemptCount(attempts + other.attempts, first.isBefore(other.first) ? first : other.first);
        }
    }

    /** Counts a recorded attempt. */
    public void recorded(AttemptResult result) {
        if (result.lease().isPing()) {
            return;
        }
        var outcome = result.outcome();
        var endedAt = outcome.endedAt();
        var slot = new Slot(result.lease().webhookId(), endedAt.truncatedTo(ChronoUnit.MINUTES), cause(outcome));
        add(Map.of(slot, new AttemptCount(1, endedAt)));
    }

    private static String cause(Outcome outcome) {
        var code = outcome.errorCode();
        if (code == null) {
            return "";
        }
        return outcome instanceof Outcome.Responded response ? Integer.toString(response.status()) : code.value();
    }

    /** Adds counts, such as those that could not be stored. */
    synchronized void add(Map<Slot, AttemptCount> more) {
        more.forEach((slot, count) -> counts.merge(slot, count, AttemptCount::plus));
    }

    /** Returns and resets the counts. */
    synchronized Map<Slot, AttemptCount> take() {
        var taken = counts;
        counts = new HashMap<>();
        return taken;
    }
}
