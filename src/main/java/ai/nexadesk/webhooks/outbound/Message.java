package ai.nexadesk.webhooks.outbound;

/**
 * What one attempt says to the receiver, besides its signature.
 *
 * @param eventType such as {@code lead.created}
 * @param eventId the same for every attempt and every webhook; receivers de-duplicate on it
 * @param deliveryId the same for every attempt of this delivery
 * @param attempt 1, 2, …
 * @param body the exact bytes that are sent and signed
 */
public record Message(String eventType, String eventId, String deliveryId, int attempt, byte[] body) {}
