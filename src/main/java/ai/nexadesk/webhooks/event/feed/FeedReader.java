package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.Sequence;
import ai.nexadesk.webhooks.outbound.EventContext;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Reads a workspace's events in the order of their transactions, up to the oldest running transaction, so that no event
 * can be added before a reader's position.
 */
@Singleton
class FeedReader {

    private static final int GONE = 410;

    /** Maximum events that one statement reads if only some types are requested. */
    private static final int PIECE = 1_000;

    /** The same limit if all types are requested. */
    private static final int OTHERS = 50;

    /** Maximum size of bodies in one response, unless a single one is larger. */
    private static final int BYTES = 4 << 20;

    /** Maximum time to search for the requested types. */
    private static final Duration SEARCHING = Duration.ofSeconds(2);

    private static final String READ = """
            select h.xmin, h.now, p.*
            from (select pg_snapshot_xmin(pg_current_snapshot()) as xmin, clock_timestamp() as now) h left join (
                select published, key, id, type, record, changed, actor, wanted, case when wanted then body end, looked
                from (
                    select *, count(*) filter (where wanted) over so_far as n, count(*) over () as looked,
                        sum(octet_length(body)) filter (where wanted) over so_far as bytes
                    from (
                        select *, type <> 'ping' and not starts_with(id, ?) and (?::text[] is null or type = any (?)) as wanted
                        from event
                        where workspace_id = ? and (published, key) > (?::xid8, ?) and key >= ?
                            and published < pg_snapshot_xmin(pg_current_snapshot())
                        order by published, key limit ?
                    ) batch
                    window so_far as (order by published, key)
                ) measured
                where n <= 1 or n <= ? and bytes - case when wanted then octet_length(body) else 0 end < ?
            ) p on true
            order by p.published, p.key
            """;

    private static final String OLDEST_DAY = """
            select coalesce(min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp, 'epoch') at time zone 'UTC'
            from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'event'::regclass and c.relname ~ '_[0-9]{8}$'
            """;

    private final DataSource dataSource;
    private final Duration retention;

    FeedReader(DataSource dataSource, Settings settings) {
        this.dataSource = dataSource;
        this.retention = settings.retention();
    }

    /**
     * The result of reading.
     *
     * @param events the events, in the order of the feed
     * @param next where to continue
     * @param isEnd whether there was nothing more
     */
    record Batch(List<FeedEvent> events, FeedPosition next, boolean isEnd) {}

    /**
     * Reads events after this position, skipping other types for a limited time.
     *
     * @param types only these types; empty for all
     * @throws ApiException 410 if following events may no longer be stored
     */
    Batch read(String workspaceId, FeedPosition after, List<String> types, Limit limit) {
        return DatabaseRole.in(workspaceId).call(() -> {
            try (var connection = dataSource.getConnection()) {
                long deadline = System.nanoTime() + SEARCHING.toNanos();
                var batch = batch(connection, workspaceId, after, types, limit);
                while (batch.events.isEmpty() && !batch.isEnd && System.nanoTime() < deadline) {
                    batch = batch(connection, workspaceId, batch.next, types, limit);
                }
                return batch;
            }
        });
    }

    /** The end of the feed. */
    FeedPosition latest() {
        return DatabaseRole.ENGINE.call(() -> {
            try (var connection = dataSource.getConnection();
                    var statement = connection.prepareStatement(
                            "select pg_snapshot_xmin(pg_current_snapshot()), clock_timestamp()");
                    var rows = statement.executeQuery()) {
                rows.next();
                return new FeedPosition(rows.getString(1), FeedPosition.LOWEST, time(rows));
            }
        });
    }

    private Batch batch(Connection connection, String workspaceId, FeedPosition after, List<String> types, Limit limit)
            throws SQLException {
        try (var statement = connection.prepareStatement(READ)) {
            var wanted = types.isEmpty() ? null : connection.createArrayOf("text", types.toArray());
            int looked = types.isEmpty() ? limit.value() + OTHERS : PIECE;
            statement.setString(1, EventIds.TEST);
            statement.setArray(2, wanted);
            statement.setArray(3, wanted);
            statement.setString(4, workspaceId);
            statement.setString(5, after.transaction());
            statement.setObject(6, after.key());
            statement.setObject(7, after.lowestKey());
            statement.setInt(8, looked);
            statement.setInt(9, limit.value());
            statement.setInt(10, BYTES);
            try (var rows = statement.executeQuery()) {
                return read(connection, rows, after, looked);
            }
        }
    }

    private Batch read(Connection connection, ResultSet rows, FeedPosition after, int most) throws SQLException {
        rows.next();
        var end = new FeedPosition(rows.getString(1), FeedPosition.LOWEST, time(rows));
        requireKept(connection, after, end);
        var events = new ArrayList<FeedEvent>();
        var last = after;
        int looked = rows.getInt(12);
        int seen = 0;
        while (seen < looked && (seen == 0 || rows.next())) {
            seen++;
            var key = rows.getObject(4, UUID.class);
            last = FeedPosition.of(rows.getString(3), key);
            if (rows.getBoolean(10)) {
                events.add(event(rows, key));
            }
        }
        boolean isEnd = seen == looked && looked < most;
        return new Batch(events, isEnd ? end : last, isEnd);
    }

    private static Instant time(ResultSet row) throws SQLException {
        return row.getObject(2, OffsetDateTime.class).toInstant();
    }

    /**
     * Fails if events after this position may no longer be stored. A position ahead of the database belongs to another
     * database, or was lost when a backup was restored.
     */
    private void requireKept(Connection connection, FeedPosition after, FeedPosition end) throws SQLException {
        boolean isOld = !after.isStart()
                && after.at().isBefore(end.at().minus(retention))
                && after.at().isBefore(oldestDay(connection));
        if (isOld || after.isAheadOf(end)) {
            throw new ApiException(
                    GONE,
                    "cursor_expired",
                    "Some events after this cursor are no longer stored. Start again without a cursor, or with latest.",
                    Map.of());
        }
    }

    private static Instant oldestDay(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(OLDEST_DAY);
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static FeedEvent event(ResultSet row, UUID key) throws SQLException {
        var context = EventContext.of(row.getString(7), row.getString(8), row.getString(9));
        return new FeedEvent(
                row.getString(5),
                row.getString(6),
                FeedPosition.madeAt(key),
                context.record(),
                context.record() == null ? null : Sequence.of(key),
                context.changed(),
                context.actor(),
                new String(row.getBytes(11), StandardCharsets.UTF_8));
    }
}
