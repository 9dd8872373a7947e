package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Statistics of a webhook's deliveries. A port, implemented by the delivery package. */
public interface WebhookStats {

    /**
     * Outcomes of the deliveries created in the present hour and the 23 before, without pings.
     *
     * @param total how many there were
     * @param delivered how many came through
     * @param failed how many failed
     * @param retrying how many wait for a retry
     * @param attempts how many attempts ended in this time
     * @param failedAttempts how many of them failed
     * @param averageMs how long the endpoint took to answer on average, in milliseconds; null if it never answered
     * @param lastDeliveryAt when the newest delivery of all was made; null if there is none
     */
    record Day(
            long total,
            long delivered,
            long failed,
            long retrying,
            long attempts,
            long failedAttempts,
            @Nullable Long averageMs,
            @Nullable Instant lastDeliveryAt) {}

    /**
     * The attempts that ended in an hour.
     *
     * @param succeeded how many succeeded
     * @param failed how many failed
     */
    record Hour(long succeeded, long failed) {}

    /**
     * A webhook's recent history.
     *
     * @param day its last 24 hours together
     * @param hours its attempts hour by hour, oldest first
     */
    record Trend(Day day, List<Hour> hours) {}

    /** The last 24 hours of these webhooks, by their ids. */
    Map<String, Trend> trendOf(Collection<Webhook> webhooks);

    /** The last 24 hours of this webhook. */
    Day ofLastDay(Webhook webhook);
}
