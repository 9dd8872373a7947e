package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.FirstDelivery;
import ai.nexadesk.webhooks.event.Sequence;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.outbound.Message;
import ai.nexadesk.webhooks.tracing.LogIds;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A delivery that one replica has the right to attempt.
 *
 * @param deliveryId the delivery
 * @param workspaceId the workspace that it belongs to
 * @param webhookId the webhook that it goes to
 * @param eventId the event's id, as receivers see it
 * @param eventType the event's type
 * @param body the exact request body
 * @param attempts the number of earlier attempts of any kind
 * @param tries the number of earlier automatic attempts
 * @param trigger why this attempt is made
 * @param scheduledFor for a manual attempt, when the next automatic one is due; null if there is none
 * @param owner the replica
 * @param begun whether the database knows that the attempt may have begun
 * @param eventKey the event's key, time-sorted
 * @param context the event's metadata
 * @param traceparent the span with which the event was published; null if it is not traced
 * @param replay the job that sent a past event again; null if it was not sent by a job
 * @param ordered whether later deliveries of the event's record wait for this one
 */
public record LeasedDelivery(
        UUID deliveryId,
        String workspaceId,
        String webhookId,
        String eventId,
        String eventType,
        byte[] body,
        int attempts,
        int tries,
        Trigger trigger,
        @Nullable Instant scheduledFor,
        UUID owner,
        boolean begun,
        UUID eventKey,
        EventContext context,
        @Nullable String traceparent,
        @Nullable UUID replay,
        boolean ordered) {

    /** The event type of pings. */
    public static final String PING = "ping";

    /** A delivery that was stored leased to this owner. */
    public static LeasedDelivery of(FirstDelivery delivery, UUID owner) {
        var event = delivery.event();
        return new LeasedDelivery(
                delivery.id(),
                event.workspaceId(),
                delivery.webhookId(),
                event.id(),
                event.type(),
                event.body(),
                0,
                0,
                Trigger.AUTOMATIC,
                null,
                owner,
                delivery.begun(),
                delivery.eventKey(),
                event.context(),
                event.traceparent(),
                null,
                delivery.ordered());
    }

    /** The queue of its record; empty if its webhook does not deliver in order. */
    public Optional<RecordQueue> recordQueue() {
        return ordered && context.record() != null
                ? Optional.of(new RecordQueue(webhookId, context.record()))
                : Optional.empty();
    }

    public boolean isPing() {
        return eventType.equals(PING);
    }

    /** Whether it is a ping with wrong signatures, to test whether the endpoint verifies them. */
    public boolean isForged() {
        return eventId.startsWith(EventIds.FORGED);
    }

    /** The IDs to add to log entries about it. */
    public LogIds logIds() {
        return LogIds.of("deliveryId", DeliveryIds.format(deliveryId))
                .and("eventId", eventId)
                .and("webhookId", webhookId)
                .and("workspaceId", workspaceId);
    }

    /** The number of the next attempt, from 1. */
    public int number() {
        return attempts + 1;
    }

    public Message message() {
        var sequence = context.record() == null ? null : Sequence.of(eventKey);
        return new Message(
                eventType,
                eventId,
                DeliveryIds.format(deliveryId),
                number(),
                body,
                sequence,
                context,
                replay == null ? null : JobIds.format(replay));
    }
}
