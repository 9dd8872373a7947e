package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.database.Sql;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Finds out which webhooks received an event, and why others did not. */
@Singleton
public class EventTraces {

    /** Deliveries are created with their event. This is a generous margin. */
    private static final Duration FAN_OUT = Duration.ofMinutes(1);

    /** How many webhooks a trace names at most. */
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

    private final Sql sql;

    EventTraces(DataSource dataSource) {
        this.sql = Sql.on(dataSource);
    }

    private record Event(UUID key, String type, Instant occurredAt, EventFacts facts) {}

    /** The trace of the event with this ID; empty if this workspace has no such event. */
    @Transactional
    public Optional<EventTrace> find(String workspaceId, String eventId) {
        return sql.query(EVENT)
                .set("workspace", workspaceId)
                .set("id", eventId)
                .first(EventTraces::event)
                .map(event -> trace(workspaceId, eventId, event));
    }

    private static Event event(ResultSet row) throws SQLException {
        var type = row.getString("type");
        return new Event(
                row.getObject("key", UUID.class),
                type,
                Sql.instant(row, "occurred_at"),
                new EventFacts(
                        type,
                        row.getBytes("body"),
                        EventContext.of(row.getString("record"), row.getString("changed"), row.getString("actor")),
                        row.getString("previous")));
    }

    private EventTrace trace(String workspaceId, String eventId, Event event) {
        var published = DeliveryIds.madeAt(event.key);
        var webhooks = sql.query(WEBHOOKS)
                .set("key", event.key)
                .set("last", DeliveryIds.lowest(published.plus(FAN_OUT)))
                .set("workspace", workspaceId)
                .set("most", WEBHOOKS_NAMED + 1)
                .list(row -> target(row, eventId, event));
        boolean more = webhooks.size() > WEBHOOKS_NAMED;
        return new EventTrace(
                eventId,
                event.type,
                event.occurredAt,
                published,
                more ? webhooks.subList(0, WEBHOOKS_NAMED) : webhooks,
                more);
    }

    private static EventTrace.Target target(ResultSet row, String eventId, Event event) throws SQLException {
        var events = row.getArray("events");
        var refusal =
                EventFilter.parse(row.getString("filter")).refusal(event.facts).orElse(null);
        var then = new EventTrace.Then(
                row.getString("webhook_status"),
                events == null ? new String[0] : (String[]) events.getArray(),
                refusal,
                row.getBoolean("was_deleted"));
        var delivery = row.getObject("delivery", UUID.class);
        var reason = then.reason(eventId, event.type, delivery != null);
        return new EventTrace.Target(
                row.getString("id"),
                row.getString("url"),
                row.getString("description"),
                row.getBoolean("is_deleted_now"),
                reason,
                reason == EventTrace.Reason.FILTERED ? refusal : row.getString("reason"),
                delivery == null ? null : DeliveryIds.format(delivery),
                delivery == null
                        ? null
                        : DeliveryStatus.of(row.getString("status")).orElseThrow());
    }
}
