package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.Work;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A line of the log.
 *
 * @param delivery the delivery
 * @param work the work left for it; null if there is none
 * @param url the webhook's current URL
 * @param description the webhook's description; may be empty
 * @param record the event's record; null if it has none
 */
public record LogEntry(
        Delivery delivery,
        @Nullable Work work,
        String url,
        String description,
        @Nullable String record) {

    /** The due time that means "not until the webhook is verified again". */
    private static final Instant HELD_UNTIL = Instant.parse("9999-12-31T00:00:00Z");

    /** The webhook's name on pages: its description, with invisible characters made visible, or else its URL. */
    public String webhookTitle() {
        return description.isBlank() ? url : Formats.visible(description);
    }

    /** The delivery's status. */
    public DeliveryStatus status() {
        if (work == null || work.owner == null) {
            return delivery.status;
        }
        return work.isWaiting() ? DeliveryStatus.WAITING : DeliveryStatus.SENDING;
    }

    /** When the next attempt is due; null if none is, or if the webhook must be verified first. */
    public @Nullable Instant nextAttemptAt() {
        return work == null || work.owner != null || isHeld() ? null : work.dueAt;
    }

    /**
     * Whether it is due and waits only for the pace of its webhook.
     *
     * @param webhook the delivery's webhook
     */
    boolean waitsForPace(Webhook webhook, Instant now) {
        var next = nextAttemptAt();
        return next != null
                && !next.isAfter(now)
                && webhook.isActive()
                && !webhook.pace().isNone();
    }

    /** The number of the next automatic attempt; 0 if there is none. */
    public int nextNumber() {
        return nextAttemptAt() == null || work == null ? 0 : work.tries + 1;
    }

    /** Whether the next attempt is manual. */
    public boolean isManualNext() {
        return work != null && work.trigger == Trigger.MANUAL;
    }

    /** Whether the delivery waits for its webhook to be verified again. */
    public boolean isHeld() {
        return work != null && isHeld(work);
    }

    static boolean isHeld(Work work) {
        return work.dueAt.equals(HELD_UNTIL);
    }
}
