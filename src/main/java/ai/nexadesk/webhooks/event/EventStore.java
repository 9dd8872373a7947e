package ai.nexadesk.webhooks.event;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Stores events together with their deliveries: one statement for any number of events, all or nothing, durable when it
 * returns. The hot SQL of publishing stands here and nowhere else.
 */
@Singleton
class EventStore {

    /**
     * Events that are known by their id are passed over. The others are fanned out to every webhook that is active and
     * subscribed at this moment, or to the one they are meant for. Deliveries are leased to the publishing replica, unless
     * their lane is full.
     */
    private static final String PUBLISH = """
            with input as (
                select * from unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bytea[])
                    with ordinality as i (workspace_id, id, type, occurred_at, body, place)
            ), fresh as (
                insert into event_id (workspace_id, id, key)
                select workspace_id, id, uuidv7() from input order by place
                on conflict do nothing
                returning workspace_id, id, key
            ), stored as (
                insert into event (key, workspace_id, id, type, occurred_at, body)
                select f.key, i.workspace_id, i.id, i.type, i.occurred_at, i.body
                from fresh f join input i using (workspace_id, id)
            ), fanned_out as (
                insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status)
                select uuidv7(), i.workspace_id, w.id, f.key, i.id, i.type, 'queued'
                from fresh f join input i using (workspace_id, id)
                join webhook w on w.workspace_id = i.workspace_id and w.deleted_at is null
                    and case when ?::text is null
                        then w.status = 'active' and w.events && array[i.type, '*']
                        else w.id = ?::text end
                returning id, workspace_id, webhook_id, event_key
            ), queued as (
                insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at, owner)
                select id, workspace_id, webhook_id, event_key, now(),
                    case when webhook_id = any (?::text[]) then null else ?::uuid end
                from fanned_out
                returning delivery_id, webhook_id, event_key, owner
            )
            select f.workspace_id, f.id, q.delivery_id, q.webhook_id, q.owner
            from fresh f left join queued q on q.event_key = f.key
            """;

    private static final String EXISTING_WORKSPACES = "select id from workspace where id = any (?::text[])";

    private final DataSource dataSource;

    EventStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * What became of the events.
     *
     * @param fresh which of them were not known before
     * @param leased their deliveries that are leased to the publishing replica
     */
    record Stored(Set<NewEvent> fresh, List<FirstDelivery> leased) {}

    /** Tells events apart as publishers do: by their id in their workspace. */
    private record Name(String workspaceId, String id) {
        static Name of(NewEvent event) {
            return new Name(event.workspaceId(), event.id());
        }
    }

    /**
     * Stores the events and their deliveries.
     *
     * @param onlyWebhook the webhook they are meant for whatever its state and subscription; null for all that subscribed
     * @param owner the replica to lease the deliveries to; null for none
     * @param fullLanes webhooks whose deliveries shall not be leased
     */
    Stored store(
            List<NewEvent> events, @Nullable String onlyWebhook, @Nullable UUID owner, Collection<String> fullLanes)
            throws SQLException {
        // The first of several with the same id counts. The order keeps two publishers of the same ids from deadlock.
        var distinct = new LinkedHashMap<Name, NewEvent>();
        events.forEach(event -> distinct.putIfAbsent(Name.of(event), event));
        var ordered = new ArrayList<>(distinct.values());
        ordered.sort(Comparator.comparing(NewEvent::workspaceId).thenComparing(NewEvent::id));
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PUBLISH)) {
            statement.setArray(1, array(connection, "text", ordered, NewEvent::workspaceId));
            statement.setArray(2, array(connection, "text", ordered, NewEvent::id));
            statement.setArray(3, array(connection, "text", ordered, NewEvent::type));
            statement.setArray(4, array(connection, "timestamptz", ordered, NewEvent::timestamp));
            statement.setArray(
                    5,
                    connection.createArrayOf(
                            "bytea", ordered.stream().map(NewEvent::body).toArray(byte[][]::new)));
            statement.setString(6, onlyWebhook);
            statement.setString(7, onlyWebhook);
            statement.setArray(8, connection.createArrayOf("text", fullLanes.toArray()));
            statement.setObject(9, owner);
            try (var rows = statement.executeQuery()) {
                return read(rows, distinct);
            }
        }
    }

    private static Stored read(ResultSet rows, LinkedHashMap<Name, NewEvent> events) throws SQLException {
        var fresh = new HashSet<NewEvent>();
        var leased = new ArrayList<FirstDelivery>();
        while (rows.next()) {
            var event = events.get(new Name(rows.getString(1), rows.getString(2)));
            fresh.add(event);
            if (rows.getObject(5) != null) {
                leased.add(new FirstDelivery(rows.getObject(3, UUID.class), rows.getString(4), event));
            }
        }
        return new Stored(fresh, leased);
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
