package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.database.Acting;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Removes payloads and responses that are older than their workspace keeps them, by the database's clock. It goes on where it has
 * stopped, so that nothing is looked at twice; each piece and how far it is are one transaction.
 */
@Singleton
class BodyRemover {

    private static final Logger LOG = Logger.getLogger(BodyRemover.class);

    /** How long it goes on without a pause. */
    private static final Duration BURST = Duration.ofMillis(500);

    private static final String NEXT = """
            select *, clock_timestamp() - make_interval(days => days) as cut from body_retention
            where next_at <= clock_timestamp() order by next_at limit 1 for update skip locked
            """;

    /** In the order of the events feed. */
    private static final String EVENTS = """
            select published, key from event
            where workspace_id = ? and (published, key) > (?::xid8, ?) and published < pg_snapshot_xmin(pg_current_snapshot())
            order by published, key limit 100
            """;

    private static final String REMOVE_EVENTS = """
            update event set body = convert_to(format('{"erased":true,"kept_days":%s}', ?), 'UTF8'), previous = null, erased = true,
                kept_days = ?
            where key = any (?) and not erased
            """;

    private static final String DELIVERIES = """
            select id, exists (select from work w where w.delivery_id = d.id) from delivery d
            where workspace_id = ? and id > ? and id < ? order by id limit 100
            """;

    private static final String REMOVE_ANSWERS = """
            update attempt set response_headers = '[]', response_body = convert_to(format('{"erased":true,"kept_days":%s}', ?), 'UTF8')
            where delivery_id = any (?) and response_body is not null
                and response_body <> convert_to('{"erased":true}', 'UTF8')
            """;

    private static final String GO_ON = """
            update body_retention set published = ?::xid8, event_key = ?, delivery = ?,
                next_at = case when ? then clock_timestamp() + interval '1 minute' else clock_timestamp() end
            where workspace_id = ?
            """;

    private final DataSource dataSource;
    private final Backlog backlog;

    BodyRemover(DataSource dataSource, Backlog backlog) {
        this.dataSource = dataSource;
        this.backlog = backlog;
    }

    @Scheduled(identity = "old-bodies", every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyTwoSeconds() {
        try {
            long end = System.nanoTime() + BURST.toNanos();
            while (Acting.ENGINE.call(this::step) && System.nanoTime() < end) {
                // The next piece.
            }
        } catch (RuntimeException e) {
            LOG.warnf("Old bodies could not be removed and will be removed later: %s", e.getMessage());
        }
    }

    /** One piece of the workspace whose turn it is; false if there is nothing to do now. */
    boolean step() throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(NEXT);
                var rows = statement.executeQuery()) {
            if (!rows.next()) {
                return false;
            }
            new Piece(connection, rows).remove();
            return true;
        }
    }

    /** What one transaction does. */
    private final class Piece {

        private final Connection connection;
        private final String workspaceId;
        private final int days;
        private final UUID cut;
        private String published;
        private UUID eventKey;
        private UUID delivery;

        Piece(Connection connection, ResultSet row) throws SQLException {
            this.connection = connection;
            workspaceId = row.getString("workspace_id");
            days = row.getInt("days");
            cut = DeliveryIds.lowest(row.getObject("cut", OffsetDateTime.class).toInstant());
            published = row.getString("published");
            eventKey = row.getObject("event_key", UUID.class);
            delivery = row.getObject("delivery", UUID.class);
        }

        void remove() throws SQLException {
            var events = events();
            if (!events.isEmpty()) {
                backlog.cancel(workspaceId, events);
                try (var statement = connection.prepareStatement(REMOVE_EVENTS)) {
                    statement.setInt(1, days);
                    statement.setInt(2, days);
                    statement.setArray(3, connection.createArrayOf("uuid", events.toArray()));
                    statement.executeUpdate();
                }
                goOn(false);
                return;
            }
            var deliveries = deliveries();
            if (!deliveries.isEmpty()) {
                try (var statement = connection.prepareStatement(REMOVE_ANSWERS)) {
                    statement.setInt(1, days);
                    statement.setArray(2, connection.createArrayOf("uuid", deliveries.toArray()));
                    statement.executeUpdate();
                }
            }
            goOn(deliveries.isEmpty());
        }

        private List<UUID> events() throws SQLException {
            var found = new ArrayList<UUID>();
            try (var statement = connection.prepareStatement(EVENTS)) {
                statement.setString(1, workspaceId);
                statement.setString(2, published);
                statement.setObject(3, eventKey);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        var key = rows.getObject(2, UUID.class);
                        if (isYounger(key)) {
                            break;
                        }
                        published = rows.getString(1);
                        eventKey = key;
                        found.add(key);
                    }
                }
            }
            return found;
        }

        /** Java compares them as signed numbers. */
        private boolean isYounger(UUID key) {
            return Long.compareUnsigned(key.getMostSignificantBits(), cut.getMostSignificantBits()) >= 0;
        }

        /** As far as no attempt is under way whose answer is yet to be stored. */
        private List<UUID> deliveries() throws SQLException {
            var found = new ArrayList<UUID>();
            try (var statement = connection.prepareStatement(DELIVERIES)) {
                statement.setString(1, workspaceId);
                statement.setObject(2, delivery);
                statement.setObject(3, cut);
                try (var rows = statement.executeQuery()) {
                    while (rows.next() && !rows.getBoolean(2)) {
                        delivery = rows.getObject(1, UUID.class);
                        found.add(delivery);
                    }
                }
            }
            return found;
        }

        private void goOn(boolean isEnd) throws SQLException {
            try (var statement = connection.prepareStatement(GO_ON)) {
                statement.setString(1, published);
                statement.setObject(2, eventKey);
                statement.setObject(3, delivery);
                statement.setBoolean(4, isEnd);
                statement.setString(5, workspaceId);
                statement.executeUpdate();
            }
        }
    }
}
