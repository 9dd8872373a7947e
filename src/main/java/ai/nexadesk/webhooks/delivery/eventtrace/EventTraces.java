package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Finds out which webhooks received an event, and why others did not. */
@Singleton
public class EventTraces {

    /** Maximum webhooks listed in a trace. */
    static final int WEBHOOKS_NAMED = 1_000;

    private static final String EVENT = """
            select e.key, e.type, e.occurred_at, e.body, e.record, e.changed, e.actor, e.previous from event_id i join event e on e.key = i.key
            where i.workspace_id = :workspace and i.id = :id
            """;

    private static final String WEBHOOKS = """
            select w.id, w.url, w.description, w.deleted_at is not null as is_deleted_now, h.status as webhook_status, h.reason, h.events,
                h.filter, coalesce(h.deleted, false) as was_deleted, d.id as delivery, d.status
            from webhook w
            left join lateral (
                select * from webhook_history h
                where h.webhook_id = w.id and h.at <= uuid_extract_timestamp(:key) order by h.at desc, h.id desc limit 1
            ) h on true
            left join lateral (
                select * from delivery d
                where d.workspace_id = w.workspace_id and d.webhook_id = w.id and d.id >= :key and d.id < :last and d.event_key = :key
                order by d.replay desc nulls last limit 1
            ) d on true
            where w.workspace_id = :workspace order by w.deleted_at is not null, w.created_at, w.id limit :most
            """;

    private final Jdbi jdbi;

    EventTraces(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    private record TracedEvent(UUID key, String type, Instant occurredAt, EventFacts facts) {}

    /** The trace of the event with this ID; empty if this workspace has no such event. */
    @Transactional
    public Optional<EventTrace> find(String workspaceId, String eventId) {
        return jdbi.withHandle(handle -> handle.createQuery(EVENT)
                        .bind("workspace", workspaceId)
                        .bind("id", eventId)
                        .map(EventTraces::event)
                        .findFirst())
                .map(event -> trace(workspaceId, eventId, event));
    }

    private static TracedEvent event(RowView row) {
        return new TracedEvent(
                row.getColumn("key", UUID.class),
                row.getColumn("type", String.class),
                row.getColumn("occurred_at", Instant.class),
                EventFacts.of(row));
    }

    private EventTrace trace(String workspaceId, String eventId, TracedEvent event) {
        var published = UuidV7.timeOf(event.key);
        var webhooks = jdbi.withHandle(handle -> handle.createQuery(WEBHOOKS)
                .bind("key", event.key)
                .bind("last", DeliveryIds.aboveThoseOf(published))
                .bind("workspace", workspaceId)
                .bind("most", WEBHOOKS_NAMED + 1)
                .map(row -> target(row, eventId, event))
                .list());
        boolean more = webhooks.size() > WEBHOOKS_NAMED;
        return new EventTrace(
                eventId,
                event.type,
                event.occurredAt,
                published,
                more ? webhooks.subList(0, WEBHOOKS_NAMED) : webhooks,
                more);
    }

    private static EventTrace.WebhookTrace target(RowView row, String eventId, TracedEvent event) {
        var events = row.getColumn("events", String[].class);
        var refusal = EventFilter.parse(row.getColumn("filter", String.class))
                .refusal(event.facts)
                .orElse(null);
        var then = new EventTrace.Then(
                row.getColumn("webhook_status", String.class),
                events == null ? new String[0] : events,
                refusal,
                row.getColumn("was_deleted", Boolean.class));
        var delivery = row.getColumn("delivery", UUID.class);
        var reason = then.reason(eventId, event.type, delivery != null);
        return new EventTrace.WebhookTrace(
                row.getColumn("id", String.class),
                row.getColumn("url", String.class),
                row.getColumn("description", String.class),
                row.getColumn("is_deleted_now", Boolean.class),
                reason,
                reason == EventTrace.Reason.FILTERED ? refusal : row.getColumn("reason", String.class),
                delivery == null ? null : DeliveryIds.format(delivery),
                row.getColumn("status", DeliveryStatus.class));
    }
}
