package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.KnownFilters;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A valid event, ready to be stored and sent.
 *
 * @param id the publisher's ID, or a generated one; receivers recognize duplicates by it
 * @param type the type, such as {@code lead.created}
 * @param timestamp when it happened, in whole milliseconds
 * @param workspaceId the workspace, {@code ws_…}
 * @param body the exact request body that every receiver gets; must not be changed
 * @param context its metadata
 * @param previous the previous values of changed fields, as JSON; null if unknown
 * @param traceparent the span of its publishing; null if it is not traced
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

    /** This event as a wrongly signed ping. */
    public NewEvent forged() {
        return new NewEvent(EventIds.nextForged(), type, timestamp, workspaceId, body, context, previous, traceparent);
    }

    /** Its IDs for log entries. */
    LogIds logIds() {
        return LogIds.of("eventId", id).and("workspaceId", workspaceId);
    }

    /** The event for the filters of webhooks. */
    KnownFilters.FilterInput filterInput() {
        return new KnownFilters.FilterInput(workspaceId, facts());
    }

    /** The event's values for the conditions of webhooks. */
    public EventFacts facts() {
        return new EventFacts(type, body, context, previous);
    }

    /** This event as a test event: it goes to one webhook, and does not count as missed by others. */
    public NewEvent asTest() {
        return new NewEvent(EventIds.nextTest(), type, timestamp, workspaceId, body, context, previous, null);
    }

    /** This event with a publishing span. */
    NewEvent in(String span) {
        return new NewEvent(id, type, timestamp, workspaceId, body, context, previous, span);
    }
}
