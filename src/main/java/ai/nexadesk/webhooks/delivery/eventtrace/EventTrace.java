package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.catalog.Subscription;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Which webhooks received an event, and why others did not.
 *
 * @param id the event's ID
 * @param type the event's type
 * @param occurredAt the event's timestamp
 * @param publishedAt when it was accepted
 * @param webhooks the workspace's webhooks, oldest first, followed by deleted ones
 * @param truncated whether there are more webhooks than are listed
 */
public record EventTrace(
        String id,
        String type,
        Instant occurredAt,
        Instant publishedAt,
        List<WebhookTrace> webhooks,
        boolean truncated) {

    /** Why a webhook received an event or did not. */
    public enum Reason {
        SENT("sent", "The webhook was subscribed and active, so a delivery was created."),
        RECOVERED(
                "recovered",
                "The webhook did not get the event when it was published. The event was sent to it later."),
        DELETED("deleted", "The webhook had been deleted."),
        CREATED_LATER("created_later", "The webhook was created after the event."),
        ONLY_FOR_ANOTHER("only_for_another", "The event was a test event or a ping, which goes to one webhook only."),
        NOT_SUBSCRIBED("not_subscribed", "The webhook was not subscribed to this event type."),
        FILTERED("filtered", "The webhook's conditions filtered out the event."),
        UNVERIFIED("unverified", "The webhook was unverified: its endpoint had not responded to the ping with 200."),
        DISABLED("disabled", "The webhook was disabled."),
        UNKNOWN("unknown", "Unknown: the webhook's state at that time is not recorded.");

        private final String value;
        private final String sentence;

        Reason(String value, String sentence) {
            this.value = value;
            this.sentence = sentence;
        }

        /** Its name in the REST API. */
        public String value() {
            return value;
        }

        /** A sentence for people. */
        public String sentence() {
            return sentence;
        }
    }

    /**
     * What happened to the event at one webhook.
     *
     * @param webhookId the webhook
     * @param url its current URL
     * @param description its current description; may be empty
     * @param deleted whether it has been deleted since
     * @param reason why it received the event or did not
     * @param detail why it was disabled, or which condition filtered the event; null if neither
     * @param deliveryId the delivery; null if there is none
     * @param deliveryStatus the delivery's status; null if there is none
     */
    public record WebhookTrace(
            String webhookId,
            String url,
            String description,
            boolean deleted,
            Reason reason,
            @Nullable String detail,
            @Nullable String deliveryId,
            @Nullable DeliveryStatus deliveryStatus) {

        /** The webhook's name on pages. */
        public String title() {
            return description.isBlank() ? url : Formats.visible(description);
        }

        /** The reason in words. */
        public String explanation() {
            return reason == Reason.FILTERED
                    ? "Filtered: " + detail + "."
                    : reason.sentence() + (reason == Reason.DISABLED && detail != null ? " " + detail : "");
        }

        /** Whether "recover missed events" delivers it, once the webhook is active. */
        public boolean isRecoverable() {
            return !deleted && (reason == Reason.UNVERIFIED || reason == Reason.DISABLED);
        }
    }

    /**
     * The state of a webhook when the event was published.
     *
     * @param status as stored; null if there was no such webhook
     * @param events its subscriptions
     * @param refusal the condition that filtered the event; null if none did
     * @param deleted whether it was deleted
     */
    record Then(
            @Nullable String status,
            String[] events,
            @Nullable String refusal,
            boolean deleted) {

        Reason reason(String eventId, String type, boolean hasDelivery) {
            boolean isPrivate = type.equals(LeasedDelivery.PING) || eventId.startsWith(EventIds.TEST);
            if (hasDelivery) {
                return isPrivate || "active".equals(status) ? Reason.SENT : Reason.RECOVERED;
            }
            if (isPrivate) {
                return Reason.ONLY_FOR_ANOTHER;
            }
            if (status == null) {
                return Reason.CREATED_LATER;
            }
            if (deleted) {
                return Reason.DELETED;
            }
            if (!Subscription.covers(Arrays.asList(events), type)) {
                return Reason.NOT_SUBSCRIBED;
            }
            if (refusal != null) {
                return Reason.FILTERED;
            }
            return switch (status) {
                case "unverified" -> Reason.UNVERIFIED;
                case "disabled" -> Reason.DISABLED;
                default -> Reason.UNKNOWN;
            };
        }
    }
}
