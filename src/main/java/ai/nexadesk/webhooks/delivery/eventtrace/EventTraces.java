package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Finds out where an event went, and where it did not and why. */
@Singleton
public class EventTraces {

    /** Deliveries are made with their event; this is generous. */
    private static final Duration FAN_OUT = Duration.ofMinutes(1);

    /** How many webhooks a trace names at most. */
    static final int WEBHOOKS_NAMED = 1_000;

    private static final String EVENT = """
            select e.key, e.type, e.occurred_at, e.body, e.record, e.changed, e.actor, e.previous from event_id i join event e on e.key = i.key
            where i.workspace_id = ? and i.id = ?
            """;

    private static final String WEBHOOKS = """
            select w.id, w.url, w.deleted_at is not null, h.status, h.reason, h.events, coalesce(h.deleted, false), d.id, d.status,
                w.description, h.filter
            from webhook w
            left join lateral (
                select * from webhook_history h
                where h.webhook_id = w.id and h.at <= uuid_extract_timestamp(?) order by h.at desc, h.id desc limit 1
            ) h on true
            left join lateral (
                select * from delivery d
                where d.workspace_id = w.workspace_id and d.webhook_id = w.id and d.id >= ? and d.id < ? and d.event_key = ?
                order by d.replay desc nulls last limit 1
            ) d on true
            where w.workspace_id = ? order by w.deleted_at is not null, w.created_at, w.id limit ?
            """;

    private final DataSource dataSource;

    EventTraces(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    private record Event(UUID key, String type, Instant occurredAt, EventFacts facts) {}

    /** What became of the event with this id; empty if it is not kept, or not this workspace's. */
    @Transactional
    public Optional<EventTrace> find(String workspaceId, String eventId) {
        try (var connection = dataSource.getConnection()) {
            var event = event(connection, workspaceId, eventId);
            if (event.isEmpty()) {
                return Optional.empty();
            }
            var found = event.get();
            var webhooks = webhooks(connection, workspaceId, eventId, found);
            boolean more = webhooks.size() > WEBHOOKS_NAMED;
            return Optional.of(new EventTrace(
                    eventId,
                    found.type,
                    found.occurredAt,
                    DeliveryIds.madeAt(found.key),
                    more ? webhooks.subList(0, WEBHOOKS_NAMED) : webhooks,
                    more));
        } catch (SQLException e) {
            throw new IllegalStateException("The way of an event cannot be read now", e);
        }
    }

    private static Optional<Event> event(Connection connection, String workspaceId, String eventId)
            throws SQLException {
        try (var statement = connection.prepareStatement(EVENT)) {
            statement.setString(1, workspaceId);
            statement.setString(2, eventId);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Event(
                                rows.getObject(1, UUID.class),
                                rows.getString(2),
                                rows.getTimestamp(3).toInstant(),
                                new EventFacts(
                                        rows.getString(2),
                                        rows.getBytes(4),
                                        EventContext.of(rows.getString(5), rows.getString(6), rows.getString(7)),
                                        rows.getString(8))))
                        : Optional.empty();
            }
        }
    }

    private static List<EventTrace.Target> webhooks(
            Connection connection, String workspaceId, String eventId, Event event) throws SQLException {
        try (var statement = connection.prepareStatement(WEBHOOKS)) {
            statement.setObject(1, event.key);
            statement.setObject(2, event.key);
            statement.setObject(
                    3, DeliveryIds.lowest(DeliveryIds.madeAt(event.key).plus(FAN_OUT)));
            statement.setObject(4, event.key);
            statement.setString(5, workspaceId);
            statement.setInt(6, WEBHOOKS_NAMED + 1);
            var endpoints = new ArrayList<EventTrace.Target>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    endpoints.add(target(rows, eventId, event));
                }
            }
            return endpoints;
        }
    }

    private static EventTrace.Target target(ResultSet row, String eventId, Event event) throws SQLException {
        var events = row.getArray(6);
        var refusal = EventFilter.parse(row.getString(11)).refusal(event.facts).orElse(null);
        var then = new EventTrace.Then(
                row.getString(4),
                events == null ? new String[0] : (String[]) events.getArray(),
                refusal,
                row.getBoolean(7));
        var delivery = row.getObject(8, UUID.class);
        var reason = then.reason(eventId, event.type, delivery != null);
        return new EventTrace.Target(
                row.getString(1),
                row.getString(2),
                row.getString(10),
                row.getBoolean(3),
                reason,
                reason == EventTrace.Reason.FILTERED ? refusal : row.getString(5),
                delivery == null ? null : DeliveryIds.format(delivery),
                delivery == null ? null : DeliveryStatus.of(row.getString(9)).orElseThrow());
    }
}
