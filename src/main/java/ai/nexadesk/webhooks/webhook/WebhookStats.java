package ai.nexadesk.webhooks.webhook;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Statistics of a webhook's deliveries. A port, implemented by the delivery package. */
public interface WebhookStats {

    /**
     * Outcomes of the deliveries created in the current hour and the 23 before it, without pings.
     *
     * @param total how many there were
     * @param delivered how many were delivered
     * @param failed how many failed
     * @param retrying how many are waiting for a retry
     * @param attempts how many attempts ended in this period
     * @param failedAttempts how many of them failed
     * @param averageMs the average response time in milliseconds; null if there was no response
     * @param lastDeliveryAt when the newest delivery, of any time, was created; null if there is none
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
     * @param day its last 24 hours in total
     * @param hours its attempts hour by hour, oldest first
     */
    record Trend(Day day, List<Hour> hours) {}

    /** The last 24 hours of these webhooks, by their ids. */
    Map<String, Trend> trendOf(Collection<Webhook> webhooks);

    /** The last 24 hours of this webhook. */
    Day ofLastDay(Webhook webhook);
}
