package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.OwnTransaction;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import ai.nexadesk.webhooks.webhook.condition.KnownFilters;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Stores events together with their deliveries: one statement for any number of events, all or nothing, durable when it
 * returns. This class contains all performance-critical SQL of publishing.
 */
@Singleton
class EventStore {

    /**
     * Skips events with a known ID. Other events fan out to every webhook that is active and subscribed at this moment,
     * or to the given one. Deliveries are leased to the publishing replica, unless its queue in memory is full. Only
     * the first few deliveries of a large request are stored as begun.
     *
     * <p>Keys, deliveries and due times are created in the order of publication. Only event IDs are inserted in sorted
     * order, to prevent deadlocks between publishers of the same IDs.
     *
     * <p>Webhooks with order need {@link #PUBLISH_IN_ORDER}.
     *
     * <p>Filters of webhooks have already been evaluated, in the given versions. If a webhook has another version now,
     * the statement fails and nothing is stored; see {@link KnownFilters}.
     *
     * <p>{@code offset 0} keeps PostgreSQL from reordering the fan-out. A plan made while there are few webhooks would
     * compare every event with the webhooks of all workspaces.
     */
    private static final String STATEMENT = """
            with input as (
                select *, uuidv7() as key, patterns_of(type) as patterns from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bytea[],
                    ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[]) with ordinality
                    as i (workspace_id, id, type, occurred_at, body, record, changed, previous, actor, traceparent, refused, place)
            ), fresh as (
                insert into event_id (workspace_id, id, key)
                select workspace_id, id, key from input order by workspace_id, id
                on conflict do nothing
                returning key
            ), published as (
                select * from input where (key in (select key from fresh)) is true order by place
            ), stored as (
                insert into event (key, workspace_id, id, type, occurred_at, body, record, changed, previous, actor, traceparent)
                select key, workspace_id, id, type, occurred_at, body, record, changed, previous, actor, traceparent from published
            ), fanned_out as (
                select uuidv7() as id, p.workspace_id, w.id as webhook_id, p.key, p.id as event_id, p.type, p.place,
                    case when w.id = any (?::text[]) then p.record end as record, w.coalesce_seconds is not null as merges
                from published p cross join lateral (
                    select id, coalesce_seconds from webhook
                    where workspace_id = p.workspace_id and deleted_at is null
                        and case when ?::text is null
                            then status = 'active' and events && p.patterns and case
                                when filter is null and not in_order and (id = any (?::text[])) is not true then true
                                when (filter is not null or in_order) and id || ':' || filter_version = any (?::text[])
                                    then (id = any (string_to_array(p.refused, ','))) is not true
                                else stale_filter(id) end
                            else id = ?::text end
                    offset 0
                ) w
            ), delivered as (
                insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status)
                select id, workspace_id, webhook_id, key, event_id, type, 'queued' from fanned_out
            ), queued as (
                insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at, record, owner, begun)
                select id, workspace_id, webhook_id, key, clock_timestamp(), record, case
                        when not is_next then waiting_owner()
                        when webhook_id <> all (?::text[]) then ?::uuid end,
                    is_next and webhook_id <> all (?::text[]) and place <= 64
                from (%s) placed
                returning delivery_id, webhook_id, event_key, record, owner, begun
            )
            select key, place, null::uuid, null, null::boolean, null from published
            union all
            select event_key, null, delivery_id, webhook_id, begun, record from queued where is_leased(owner)
            union all
            (select null, null, null, webhook_id, owner is null, record from queued where not is_leased(owner)
                group by webhook_id, owner is null, record)
            """;

    static final String PUBLISH = STATEMENT.formatted("select *, true as is_next from fanned_out");

    /**
     * For workspaces whose webhooks may want order, under the lock of the records: deliveries to those webhooks wait
     * until {@link RecordQueue} makes them ready, except if their record has no unfinished delivery and nothing is to be merged.
     * {@code offset 0} and the order keep PostgreSQL from reading everything that waits.
     */
    static final String PUBLISH_IN_ORDER = STATEMENT.formatted("""
            select *, record is null or not merges and row_number() over (partition by webhook_id, record order by key) = 1
                    and not exists (select from work w
                        where w.webhook_id = f.webhook_id and w.record = f.record and w.owner = waiting_owner()
                        order by event_key, delivery_id offset 0)
                    and not exists (select from work w
                        where w.webhook_id = f.webhook_id and w.record = f.record and w.owner is distinct from waiting_owner()
                        offset 0)
                as is_next
            from fanned_out f order by id""");

    /**
     * Compares bodies without the timestamp, which differs if the publisher does not set it. The timestamp always has
     * the same length.
     */
    private static final String DIFFERING = """
            select i.place
            from unnest(?::text[], ?::text[], ?::text[], ?::bytea[]) with ordinality
                as i (workspace_id, id, type, body, place)
            join event_id n on n.workspace_id = i.workspace_id and n.id = i.id
            join event e on e.key = n.key
            where e.type <> i.type
                or overlay(e.body placing ''::bytea from octet_length(i.type) + 26 for 24)
                    <> overlay(i.body placing ''::bytea from octet_length(i.type) + 26 for 24)
            """;

    private static final String EXISTING_WORKSPACES = "select id from workspace where id = any (?::text[])";

    /** Maximum attempts to store. Filters change when people save them, not several times while a statement runs. */
    private static final int MAX_TRIES = 5;

    private final DataSource dataSource;
    private final KnownFilters filters;

    EventStore(@Engine DataSource dataSource, KnownFilters filters) {
        this.dataSource = dataSource;
        this.filters = filters;
    }

    /**
     * The result of storing.
     *
     * @param fresh the events that were new
     * @param leased the deliveries that were leased to the publishing replica
     * @param unleased webhooks with deliveries that were stored without a lease
     * @param queues the queues to which deliveries were added that wait for an earlier one, or for more updates
     * @param firstKey the key of the first new event; null if there is none
     */
    record Stored(
            Set<NewEvent> fresh,
            List<FirstDelivery> leased,
            Set<String> unleased,
            List<RecordQueue> queues,
            @Nullable UUID firstKey) {}

    /** An event's identity: its ID and workspace. */
    private record EventIdentity(String workspaceId, String id) {
        static EventIdentity of(NewEvent event) {
            return new EventIdentity(event.workspaceId(), event.id());
        }
    }

    /**
     * Stores the events and their deliveries.
     *
     * @param onlyWebhook the only webhook to send them to, regardless of its state and subscription; null for all
     *      subscribed ones
     * @param terms how the deliveries are leased
     */
    Stored store(List<NewEvent> events, @Nullable String onlyWebhook, Handoff.Terms terms) throws SQLException {
        // If several events have the same ID, the first one counts.
        var distinct = new LinkedHashMap<EventIdentity, NewEvent>();
        events.forEach(event -> distinct.putIfAbsent(EventIdentity.of(event), event));
        var ordered = new ArrayList<>(distinct.values());
        for (int tries = 1; ; tries++) {
            try {
                return storeFiltered(ordered, onlyWebhook, terms);
            } catch (SQLException e) {
                if (!KnownFilters.isStale(e) || tries == MAX_TRIES) {
                    throw e;
                }
                filters.load(ordered.stream().map(NewEvent::workspaceId).collect(Collectors.toSet()));
            }
        }
    }

    private Stored storeFiltered(List<NewEvent> events, @Nullable String onlyWebhook, Handoff.Terms terms)
            throws SQLException {
        var results =
                filters.evaluate(events.stream().map(NewEvent::filterInput).toList());
        if (onlyWebhook != null || results.ordered().isEmpty()) {
            try (var connection = dataSource.getConnection()) {
                return publish(connection, PUBLISH, events, results, onlyWebhook, terms);
            }
        }
        return OwnTransaction.of(dataSource, connection -> {
            var records = events.stream()
                    .filter(event -> results.ordered().containsKey(event.workspaceId()))
                    .map(event -> event.context().record())
                    .filter(Objects::nonNull)
                    .distinct()
                    .toList();
            RecordQueue.lock(connection, records);
            var stored = publish(connection, PUBLISH_IN_ORDER, events, results, null, terms);
            var merging = stored.queues().stream()
                    .filter(queue -> results.merging().contains(queue.webhookId()))
                    .toList();
            if (stored.firstKey() != null && !merging.isEmpty()) {
                RecordQueue.merge(connection, merging, stored.firstKey());
                stored.unleased().addAll(RecordQueue.advance(connection, merging));
            }
            return stored;
        });
    }

    private static Stored publish(
            Connection connection,
            String sql,
            List<NewEvent> ordered,
            KnownFilters.FilterResults results,
            @Nullable String onlyWebhook,
            Handoff.Terms terms)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, array(connection, "text", ordered, NewEvent::workspaceId));
            statement.setArray(2, array(connection, "text", ordered, NewEvent::id));
            statement.setArray(3, array(connection, "text", ordered, NewEvent::type));
            statement.setArray(4, array(connection, "timestamptz", ordered, NewEvent::timestamp));
            statement.setArray(5, bodies(connection, ordered));
            statement.setArray(6, nullIfAllNull(connection, ordered, event -> event.context()
                    .record()));
            statement.setArray(7, nullIfAllNull(connection, ordered, event -> event.context()
                    .changedNames()));
            statement.setArray(8, nullIfAllNull(connection, ordered, NewEvent::previous));
            statement.setArray(9, nullIfAllNull(connection, ordered, event -> event.context()
                    .actor()));
            statement.setArray(10, nullIfAllNull(connection, ordered, NewEvent::traceparent));
            statement.setArray(11, texts(connection, results.versions() == null ? null : results.refused()));
            statement.setArray(12, texts(connection, onlyWebhook == null ? results.allOrdered() : List.of()));
            statement.setString(13, onlyWebhook);
            statement.setArray(14, texts(connection, results.evaluated()));
            statement.setArray(15, texts(connection, results.versions()));
            statement.setString(16, onlyWebhook);
            statement.setArray(17, connection.createArrayOf("text", terms.full().toArray()));
            statement.setObject(18, terms.owner());
            statement.setArray(19, connection.createArrayOf("text", terms.busy().toArray()));
            try (var rows = statement.executeQuery()) {
                return read(rows, ordered);
            }
        }
    }

    /** The duplicates whose type or data differ from the stored event. */
    Set<NewEvent> differing(List<NewEvent> duplicates) throws SQLException {
        if (duplicates.isEmpty()) {
            return Set.of();
        }
        var differing = new HashSet<NewEvent>();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(DIFFERING)) {
            statement.setArray(1, array(connection, "text", duplicates, NewEvent::workspaceId));
            statement.setArray(2, array(connection, "text", duplicates, NewEvent::id));
            statement.setArray(3, array(connection, "text", duplicates, NewEvent::type));
            statement.setArray(4, bodies(connection, duplicates));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    differing.add(duplicates.get(rows.getInt(1) - 1));
                }
            }
        }
        return differing;
    }

    private static java.sql.Array bodies(Connection connection, List<NewEvent> events) throws SQLException {
        return connection.createArrayOf(
                "bytea", events.stream().map(NewEvent::body).toArray(byte[][]::new));
    }

    private static java.sql.@Nullable Array texts(Connection connection, @Nullable List<@Nullable String> texts)
            throws SQLException {
        return texts == null ? null : connection.createArrayOf("text", texts.toArray());
    }

    /** A column's array; null, which costs nothing, if no event has a value. */
    private static java.sql.@Nullable Array nullIfAllNull(
            Connection connection, List<NewEvent> events, Function<NewEvent, @Nullable String> member)
            throws SQLException {
        var values = events.stream().map(member).toArray();
        return Arrays.stream(values).allMatch(Objects::isNull) ? null : connection.createArrayOf("text", values);
    }

    /** Reads the result. Events come first, followed by deliveries, which refer to their event by its key. */
    private static Stored read(ResultSet rows, List<NewEvent> events) throws SQLException {
        var fresh = new HashMap<UUID, NewEvent>();
        var leased = new ArrayList<FirstDelivery>();
        var left = new HashSet<String>();
        var queues = new ArrayList<RecordQueue>();
        @Nullable UUID first = null;
        while (rows.next()) {
            var key = rows.getObject(1, UUID.class);
            var delivery = rows.getObject(3, UUID.class);
            if (key == null && rows.getBoolean(5)) {
                left.add(rows.getString(4));
            } else if (key == null) {
                queues.add(new RecordQueue(rows.getString(4), rows.getString(6)));
            } else if (delivery == null) {
                fresh.put(key, events.get(rows.getInt(2) - 1));
                first = first == null ? key : first;
            } else {
                var event = Objects.requireNonNull(fresh.get(key));
                leased.add(new FirstDelivery(
                        delivery, rows.getString(4), event, key, rows.getBoolean(5), rows.getString(6) != null));
            }
        }
        return new Stored(Set.copyOf(fresh.values()), leased, left, queues, first);
    }

    /** Which of these workspaces exist. */
    Set<String> existingWorkspaces(Set<String> ids) throws SQLException {
        var existing = new HashSet<String>();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(EXISTING_WORKSPACES)) {
            statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    existing.add(rows.getString(1));
                }
            }
        }
        return existing;
    }

    private static java.sql.Array array(
            Connection connection, String type, List<NewEvent> events, Function<NewEvent, Object> member)
            throws SQLException {
        return connection.createArrayOf(
                type, events.stream().map(member).map(Object::toString).toArray());
    }
}
