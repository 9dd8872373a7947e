package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.KnownFilters;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * An event that was read and checked, ready to be stored and sent.
 *
 * @param id the publisher's own, or one that was made; receivers recognise duplicates by it
 * @param type such as {@code lead.created}
 * @param timestamp when it happened, in whole milliseconds
 * @param workspaceId {@code ws_…}
 * @param body the request body, byte for byte as every receiver gets it; not to be changed
 * @param context what the publisher said about it
 * @param previous the former values of fields that changed, as JSON; null if nobody told them
 * @param traceparent the span with which it was published; null if nobody traces it
 */
public record NewEvent(
        String id,
        String type,
        Instant timestamp,
        String workspaceId,
        byte[] body,
        EventContext context,
        @Nullable String previous,
        @Nullable String traceparent) {

    /** The same as a ping that is signed wrongly. */
    public NewEvent forged() {
        return new NewEvent(EventIds.nextForged(), type, timestamp, workspaceId, body, context, previous, traceparent);
    }

    /** What is logged about it is found by these. */
    LogIds logIds() {
        return LogIds.of("eventId", id).and("workspaceId", workspaceId);
    }

    /** For the filters of webhooks. */
    KnownFilters.Judged judged() {
        return new KnownFilters.Judged(workspaceId, facts());
    }

    /** For the conditions of webhooks. */
    public EventFacts facts() {
        return new EventFacts(type, body, context, previous);
    }

    /** The same as a test event: it is meant for one webhook, and no other has missed it. */
    public NewEvent asTest() {
        return new NewEvent(EventIds.nextTest(), type, timestamp, workspaceId, body, context, previous, null);
    }

    /** The same event, published with this span. */
    NewEvent in(String span) {
        return new NewEvent(id, type, timestamp, workspaceId, body, context, previous, span);
    }
}
