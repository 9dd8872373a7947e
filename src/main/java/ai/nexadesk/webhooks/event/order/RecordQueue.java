package ai.nexadesk.webhooks.event.order;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The unfinished deliveries of one record to one webhook that delivers in order. All except the first wait, with the
 * owner {@code waiting_owner()}. A delivery is first if its record has no unfinished delivery when it is published, or
 * if {@code advance_records()} makes it first. Both hold the same lock.
 *
 * @param webhookId the webhook
 * @param record the record
 */
public record RecordQueue(String webhookId, String record) {

    private static final String OF = """
            select distinct d.webhook_id, e.record
            from delivery d join webhook w on w.id = d.webhook_id and w.in_order join event e on e.key = d.event_key
            where d.workspace_id = ? and d.id = any (?::uuid[]) and e.record is not null
            """;

    private static final String MERGE = "select merge_updates(?::text[], ?::text[], ?::uuid)";
    private static final String ADVANCE = "select advance_records(?::text[], ?::text[])";

    /** Need not be durable: {@link #STUCK} finds queues that a crash of the database set back. */
    private static final String ADVANCE_ALONE = """
            with at_once as (select set_config('synchronous_commit', 'off', true))
            select ready from at_once cross join advance_records(?::text[], ?::text[]) ready
            """;

    /** Queues without a first delivery, or whose first delivery is not the earliest. */
    private static final String STUCK = """
            with recursive waiting (webhook_id, record, event_key, delivery_id) as (
                (select webhook_id, record, event_key, delivery_id from work
                    where record is not null and owner = waiting_owner()
                    order by webhook_id, record, event_key, delivery_id limit 1)
                union all
                select next.* from waiting cross join lateral (
                    select webhook_id, record, event_key, delivery_id from work
                    where record is not null and owner = waiting_owner()
                        and (webhook_id, record) > (waiting.webhook_id, waiting.record)
                    order by webhook_id, record, event_key, delivery_id limit 1
                ) next
            )
            select webhook_id, record from waiting
            where not exists (
                select from work turn
                where turn.webhook_id = waiting.webhook_id and turn.record = waiting.record and turn.owner is distinct from waiting_owner()
                    and (turn.owner is not null or (turn.event_key, turn.delivery_id) < (waiting.event_key, waiting.delivery_id)))
            limit 1000
            """;

    private static final String LOCK = "select lock_records(?::text[])";

    /**
     * Locks these records until the end of the current transaction, so that no other transaction publishes their events
     * or decides which delivery is next.
     */
    public static void lock(Connection connection, Collection<String> records) throws SQLException {
        try (var statement = connection.prepareStatement(LOCK)) {
            statement.setArray(1, connection.createArrayOf("text", records.toArray()));
            statement.execute();
        }
    }

    /**
     * Advances queues without a next delivery, after a replica died or deliveries ended without an attempt.
     *
     * @return the webhooks with deliveries that became ready
     */
    public static Set<String> advanceStuck(DataSource engine) throws SQLException {
        try (var connection = engine.getConnection()) {
            try (var statement = connection.prepareStatement(STUCK)) {
                return advance(connection, read(statement));
            }
        }
    }

    /** The queues of these deliveries, including finished ones. */
    public static List<RecordQueue> of(Connection connection, String workspaceId, Collection<UUID> deliveries)
            throws SQLException {
        try (var statement = connection.prepareStatement(OF)) {
            statement.setString(1, workspaceId);
            statement.setArray(2, connection.createArrayOf("uuid", deliveries.toArray()));
            return read(statement);
        }
    }

    private static List<RecordQueue> read(PreparedStatement query) throws SQLException {
        var queues = new ArrayList<RecordQueue>();
        try (var rows = query.executeQuery()) {
            while (rows.next()) {
                queues.add(new RecordQueue(rows.getString(1), rows.getString(2)));
            }
        }
        return queues;
    }

    /**
     * Merges consecutive updates at the end of these queues, if their webhook merges updates.
     *
     * @param published the lowest key of the events that the current transaction has published
     */
    public static void merge(Connection connection, Collection<RecordQueue> queues, UUID published)
            throws SQLException {
        try (var statement = connection.prepareStatement(MERGE)) {
            set(statement, queues);
            statement.setObject(3, published);
            statement.execute();
        }
    }

    private static void set(PreparedStatement statement, Collection<RecordQueue> queues) throws SQLException {
        var connection = statement.getConnection();
        statement.setArray(
                1,
                connection.createArrayOf(
                        "text", queues.stream().map(RecordQueue::webhookId).toArray()));
        statement.setArray(
                2,
                connection.createArrayOf(
                        "text", queues.stream().map(RecordQueue::record).toArray()));
    }

    /** Calls {@link #advance(Connection, Collection)} in a transaction of its own. */
    public static Set<String> advance(DataSource engine, Collection<RecordQueue> queues) throws SQLException {
        try (var connection = engine.getConnection()) {
            return advance(connection, ADVANCE_ALONE, queues);
        }
    }

    /**
     * Makes the first delivery of each of these queues ready.
     *
     * @return the webhooks with deliveries that became ready
     */
    public static Set<String> advance(Connection connection, Collection<RecordQueue> queues) throws SQLException {
        return advance(connection, ADVANCE, queues);
    }

    private static Set<String> advance(Connection connection, String sql, Collection<RecordQueue> queues)
            throws SQLException {
        var ready = new HashSet<String>();
        if (queues.isEmpty()) {
            return ready;
        }
        try (var statement = connection.prepareStatement(sql)) {
            set(statement, queues);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    ready.add(rows.getString(1));
                }
            }
        }
        return ready;
    }
}
