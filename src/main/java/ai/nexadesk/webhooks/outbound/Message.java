package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

/**
 * The content of one attempt, without its signature.
 *
 * @param eventType the event's type, such as {@code lead.created}
 * @param eventId the event's ID, the same for every attempt and webhook; receivers detect duplicates by it
 * @param deliveryId the delivery's ID, the same for all its attempts
 * @param attempt the number of the attempt, from 1
 * @param body the exact bytes that are sent and signed
 * @param sequence the event's place in the order of publication; null if it has no record
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

    /** A message of an event without a record. */
    public Message(String eventType, String eventId, String deliveryId, int attempt, byte[] body) {
        this(eventType, eventId, deliveryId, attempt, body, null, EventContext.NONE, null);
    }
}
