package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.Acting;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Forgets: goes through a workspace's events in the order of the events feed, then through what its deliveries have sent and got. Each
 * piece and how far it is are one transaction, so that a crash costs nothing but the piece.
 */
@Singleton
class ErasureRunner {

    private static final Logger LOG = Logger.getLogger(ErasureRunner.class);

    /** How long it goes on without a pause. */
    private static final Duration BURST = Duration.ofMillis(500);

    private static final String NEXT = """
            select * from erasure where status = 'running' order by id limit 1 for update skip locked
            """;

    private static final String EVENTS = """
            select published, key, record, changed, previous, actor, body from event
            where workspace_id = ? and (published, key) > (?::xid8, ?) and published < pg_snapshot_xmin(pg_current_snapshot())
            order by published, key limit 100
            """;

    private static final String ERASE_EVENTS = """
            update event set body = convert_to('{"erased":true}', 'UTF8'), record = null, changed = null, previous = null, actor = null,
                erased = true, kept_days = null
            where key = any (?) and (not erased or kept_days is not null)
            """;

    /** What was published before it was asked for is visible, and no attempt is under way whose answer is yet to be stored. */
    private static final String SETTLED = """
            select ?::xid8 < pg_snapshot_xmin(pg_current_snapshot()) and not exists (
                select from work w join event e on e.key = w.event_key where w.workspace_id = ? and e.erased)
            """;

    private static final String ATTEMPTS = """
            select d.id, a.number, coalesce(e.erased and e.kept_days is null, false) as erased, a.url, a.error_message, a.request_headers, a.response_headers,
                a.response_body
            from (
                select id, event_key from delivery where workspace_id = ? and id > ? order by id limit 50
            ) d left join attempt a on a.delivery_id = d.id left join event e on e.key = d.event_key
            order by d.id
            """;

    private static final String ERASE_ATTEMPTS = """
            update attempt a set request_headers = '[]',
                error_message = case when u.hasmessage then null else error_message end,
                url = case when u.hasurl then '' else url end,
                response_headers = case when response_headers is null then null else '[]' end,
                response_body = case when response_body is null then null else convert_to('{"erased":true}', 'UTF8') end
            from unnest(?::uuid[], ?::smallint[], ?::boolean[], ?::boolean[]) u (delivery_id, number, hasurl, hasmessage)
            where a.delivery_id = u.delivery_id and a.number = u.number
            """;

    /** What somebody searched for in a bulk retry. */
    private static final String ERASE_SEARCHES = """
            update job set text = null, record = null, note = coalesce(note, 'What it searched for was erased.'),
                status = case when status = 'running' then 'cancelled' else status end, finished_at = coalesce(finished_at, now())
            where workspace_id = ? and exists (select from unnest(?::text[]) s where position(lower(s) in lower(concat_ws(' ', text, record))) > 0)
            """;

    private static final String GO_ON = """
            update erasure set published = ?::xid8, event_key = ?, delivery = ?, events = events + ?, answers = answers + ?,
                cancelled = cancelled + ?
            where id = ?
            """;

    private static final String END = """
            update erasure set status = 'done', records = '{}', emails = '{}', finished_at = ? where id = ? returning *
            """;

    private final DataSource dataSource;
    private final Backlog backlog;
    private final InstantSource clock;

    ErasureRunner(DataSource dataSource, Backlog backlog, InstantSource clock) {
        this.dataSource = dataSource;
        this.backlog = backlog;
        this.clock = clock;
    }

    @Scheduled(identity = "erasures", every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everySecond() {
        try {
            long end = System.nanoTime() + BURST.toNanos();
            while (Acting.ENGINE.call(this::step) && System.nanoTime() < end) {
                // The next piece.
            }
        } catch (RuntimeException e) {
            LOG.warnf("An erasure could not continue and will be continued: %s", e.getMessage());
        }
    }

    /** One piece of the oldest; false if there is nothing to do now. */
    boolean step() throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(NEXT);
                var rows = statement.executeQuery()) {
            if (!rows.next()) {
                return false;
            }
            var running = new Running(rows);
            return running.delivery == null ? events(connection, running) : attempts(connection, running);
        }
    }

    /** An erasure as it stands. */
    private static final class Running {

        private final UUID id;
        private final String workspaceId;
        private final List<String> emails;
        private final Needles needles;
        private final String begun;
        private final String published;
        private final UUID eventKey;
        private final @Nullable UUID delivery;

        Running(ResultSet row) throws SQLException {
            id = row.getObject("id", UUID.class);
            workspaceId = row.getString("workspace_id");
            emails = List.of((String[]) row.getArray("emails").getArray());
            needles = new Needles(List.of((String[]) row.getArray("records").getArray()), emails);
            begun = row.getString("begun");
            published = row.getString("published");
            eventKey = row.getObject("event_key", UUID.class);
            delivery = row.getObject("delivery", UUID.class);
        }
    }

    private boolean events(Connection connection, Running erasure) throws SQLException {
        var found = new ArrayList<UUID>();
        var published = erasure.published;
        var key = erasure.eventKey;
        boolean isEnd = true;
        try (var statement = connection.prepareStatement(EVENTS)) {
            statement.setString(1, erasure.workspaceId);
            statement.setString(2, published);
            statement.setObject(3, key);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    isEnd = false;
                    published = rows.getString(1);
                    key = rows.getObject(2, UUID.class);
                    if (erasure.needles.isEvent(
                            rows.getString(3),
                            rows.getBytes(7),
                            rows.getString(4),
                            rows.getString(5),
                            rows.getString(6))) {
                        found.add(key);
                    }
                }
            }
        }
        int erased = 0;
        int cancelled = 0;
        if (!found.isEmpty()) {
            cancelled = backlog.cancel(erasure.workspaceId, found);
            try (var statement = connection.prepareStatement(ERASE_EVENTS)) {
                statement.setArray(1, connection.createArrayOf("uuid", found.toArray()));
                erased = statement.executeUpdate();
            }
        }
        boolean isSettled = isEnd && isSettled(connection, erasure);
        goOn(connection, erasure, published, key, isSettled ? new UUID(0, 0) : null, erased, 0, cancelled);
        return !isEnd || isSettled;
    }

    private static boolean isSettled(Connection connection, Running erasure) throws SQLException {
        try (var statement = connection.prepareStatement(SETTLED)) {
            statement.setString(1, erasure.begun);
            statement.setString(2, erasure.workspaceId);
            try (var rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private boolean attempts(Connection connection, Running erasure) throws SQLException {
        var deliveries = new ArrayList<UUID>();
        var numbers = new ArrayList<Integer>();
        var urls = new ArrayList<Boolean>();
        var messages = new ArrayList<Boolean>();
        var last = erasure.delivery;
        boolean isEnd = true;
        try (var statement = connection.prepareStatement(ATTEMPTS)) {
            statement.setString(1, erasure.workspaceId);
            statement.setObject(2, last);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    isEnd = false;
                    last = rows.getObject(1, UUID.class);
                    if (rows.getObject(2) != null && isToErase(rows, erasure.needles)) {
                        deliveries.add(last);
                        numbers.add(rows.getInt(2));
                        urls.add(erasure.needles.isIn(rows.getString(4)));
                        messages.add(erasure.needles.isIn(rows.getString(5)));
                    }
                }
            }
        }
        if (!deliveries.isEmpty()) {
            try (var statement = connection.prepareStatement(ERASE_ATTEMPTS)) {
                statement.setArray(1, connection.createArrayOf("uuid", deliveries.toArray()));
                statement.setArray(2, connection.createArrayOf("int2", numbers.toArray()));
                statement.setArray(3, connection.createArrayOf("bool", urls.toArray()));
                statement.setArray(4, connection.createArrayOf("bool", messages.toArray()));
                statement.executeUpdate();
            }
        }
        goOn(connection, erasure, erasure.published, erasure.eventKey, last, 0, deliveries.size(), 0);
        if (isEnd) {
            end(connection, erasure);
        }
        return true;
    }

    private static boolean isToErase(ResultSet row, Needles needles) throws SQLException {
        return row.getBoolean(3)
                || needles.isIn(row.getString(4))
                || needles.isIn(row.getString(5))
                || needles.isIn(row.getString(6))
                || needles.isIn(row.getString(7))
                || needles.isIn(row.getBytes(8));
    }

    private static void goOn(
            Connection connection,
            Running erasure,
            String published,
            UUID key,
            @Nullable UUID delivery,
            int events,
            int answers,
            int cancelled)
            throws SQLException {
        try (var statement = connection.prepareStatement(GO_ON)) {
            statement.setString(1, published);
            statement.setObject(2, key);
            statement.setObject(3, delivery, Types.OTHER);
            statement.setInt(4, events);
            statement.setInt(5, answers);
            statement.setInt(6, cancelled);
            statement.setObject(7, erasure.id);
            statement.executeUpdate();
        }
    }

    private void end(Connection connection, Running erasure) throws SQLException {
        try (var statement = connection.prepareStatement(ERASE_SEARCHES)) {
            statement.setString(1, erasure.workspaceId);
            statement.setArray(2, connection.createArrayOf("text", erasure.emails.toArray()));
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(END)) {
            statement.setObject(1, Timestamp.from(clock.instant()));
            statement.setObject(2, erasure.id);
            try (var rows = statement.executeQuery()) {
                rows.next();
                var done = Erasure.of(rows);
                AuditEntry.byUs(
                                erasure.workspaceId,
                                clock.instant(),
                                "erasure.done",
                                done.id(),
                                done.summary(),
                                List.of())
                        .persist();
            }
        }
    }
}
