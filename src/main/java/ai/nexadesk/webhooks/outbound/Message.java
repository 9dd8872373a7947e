package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

/**
 * The content of one attempt, without its signature.
 *
 * @param eventType such as {@code lead.created}
 * @param eventId the same for every attempt and every webhook; receivers de-duplicate on it
 * @param deliveryId the same for every attempt of this delivery
 * @param attempt 1, 2, …
 * @param body the exact bytes that are sent and signed
 * @param sequence the event's place in the order of publication; null if it is not about a record
 * @param context the event's metadata
 * @param replay the job that replays the event; null for other deliveries
 */
public record Message(
        String eventType,
        String eventId,
        String deliveryId,
        int attempt,
        byte[] body,
        @Nullable String sequence,
        EventContext context,
        @Nullable String replay) {

    /** A message about no record. */
    public Message(String eventType, String eventId, String deliveryId, int attempt, byte[] body) {
        this(eventType, eventId, deliveryId, attempt, body, null, EventContext.NONE, null);
    }
}
