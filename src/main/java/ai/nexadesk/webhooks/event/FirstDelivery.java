package ai.nexadesk.webhooks.event;

import java.util.UUID;

/**
 * A delivery that was stored with its event and has not been attempted.
 *
 * @param id the delivery's ID, time-sorted
 * @param webhookId the webhook that it goes to
 * @param event the event
 * @param eventKey the event's key, time-sorted
 * @param begun whether it was stored as begun
 * @param ordered whether later deliveries of the event's record wait for this one
 */
public record FirstDelivery(UUID id, String webhookId, NewEvent event, UUID eventKey, boolean begun, boolean ordered) {}
