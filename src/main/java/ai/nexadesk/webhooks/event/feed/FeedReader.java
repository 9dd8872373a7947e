package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.Sequence;
import ai.nexadesk.webhooks.outbound.EventContext;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
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
                select published, key, id, type, record, changed, actor, wanted, case when wanted then body end as body, looked
                from (
                    select *, count(*) filter (where wanted) over so_far as n, count(*) over () as looked,
                        sum(octet_length(body)) filter (where wanted) over so_far as bytes
                    from (
                        select *, type <> 'ping' and not starts_with(id, :test) and (:all or type = any (:types)) as wanted
                        from event
                        where workspace_id = :workspace and (published, key) > (:published::xid8, :key) and key >= :lowest
                            and published < pg_snapshot_xmin(pg_current_snapshot())
                        order by published, key limit :most
                    ) batch
                    window so_far as (order by published, key)
                ) measured
                where n <= 1 or n <= :limit and bytes - case when wanted then octet_length(body) else 0 end < :bytes
            ) p on true
            order by p.published, p.key
            """;

    private static final String OLDEST_DAY = """
            select coalesce(min(to_date(right(c.relname, 8), 'YYYYMMDD'))::timestamp, 'epoch') at time zone 'UTC'
            from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'event'::regclass and c.relname ~ '_[0-9]{8}$'
            """;

    private final Jdbi jdbi;
    private final Duration retention;

    FeedReader(Jdbi jdbi, Settings settings) {
        this.jdbi = jdbi;
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
            long deadline = System.nanoTime() + SEARCHING.toNanos();
            var batch = batch(workspaceId, after, types, limit);
            while (batch.events.isEmpty() && !batch.isEnd && System.nanoTime() < deadline) {
                batch = batch(workspaceId, batch.next, types, limit);
            }
            return batch;
        });
    }

    /** The end of the feed. */
    FeedPosition latest() {
        return DatabaseRole.ENGINE.call(() -> jdbi.withHandle(handle -> handle.createQuery(
                        "select pg_snapshot_xmin(pg_current_snapshot()) as xmin, clock_timestamp() as now")
                .map(FeedReader::end)
                .one()));
    }

    /**
     * A row of the result. Without events, there is one, with only the end.
     *
     * @param end the end of the feed
     * @param looked how many events were looked at
     * @param position the position after this event; null if there is none
     * @param event the event; null if its type was not requested
     */
    private record Row(
            FeedPosition end,
            int looked,
            @Nullable FeedPosition position,
            @Nullable FeedEvent event) {}

    private Batch batch(String workspaceId, FeedPosition after, List<String> types, Limit limit) {
        int most = types.isEmpty() ? limit.value() + OTHERS : PIECE;
        var rows = jdbi.withHandle(handle -> handle.createQuery(READ)
                .bind("test", EventIds.TEST)
                .bind("all", types.isEmpty())
                .bindArray("types", String.class, types)
                .bind("workspace", workspaceId)
                .bind("published", after.transaction())
                .bind("key", after.key())
                .bind("lowest", after.lowestKey())
                .bind("most", most)
                .bind("limit", limit.value())
                .bind("bytes", BYTES)
                .map(FeedReader::row)
                .list());
        var last = rows.get(rows.size() - 1);
        requireKept(after, last.end);
        boolean isEnd = last.position == null || rows.size() == last.looked && last.looked < most;
        var events = rows.stream().flatMap(row -> Stream.ofNullable(row.event)).toList();
        return new Batch(events, isEnd ? last.end : Objects.requireNonNull(last.position), isEnd);
    }

    private static Row row(RowView row) {
        var key = row.getColumn("key", UUID.class);
        if (key == null) {
            return new Row(end(row), 0, null, null);
        }
        return new Row(
                end(row),
                row.getColumn("looked", Integer.class),
                FeedPosition.of(row.getColumn("published", String.class), key),
                row.getColumn("wanted", Boolean.class) ? event(row, key) : null);
    }

    private static FeedPosition end(RowView row) {
        return new FeedPosition(
                row.getColumn("xmin", String.class), FeedPosition.LOWEST, row.getColumn("now", Instant.class));
    }

    /**
     * Fails if events after this position may no longer be stored. A position ahead of the database belongs to another
     * database, or was lost when a backup was restored.
     */
    private void requireKept(FeedPosition after, FeedPosition end) {
        boolean isOld = !after.isStart()
                && after.at().isBefore(end.at().minus(retention))
                && after.at().isBefore(oldestDay());
        if (isOld || after.isAheadOf(end)) {
            throw new ApiException(
                    GONE,
                    "cursor_expired",
                    "Some events after this cursor are no longer stored. Start again without a cursor, or with latest.",
                    Map.of());
        }
    }

    private Instant oldestDay() {
        return jdbi.withHandle(
                handle -> handle.createQuery(OLDEST_DAY).mapTo(Instant.class).one());
    }

    private static FeedEvent event(RowView row, UUID key) {
        var context = EventContext.of(
                row.getColumn("record", String.class),
                row.getColumn("changed", String.class),
                row.getColumn("actor", String.class));
        return new FeedEvent(
                row.getColumn("id", String.class),
                row.getColumn("type", String.class),
                UuidV7.timeOf(key),
                context.record(),
                context.record() == null ? null : Sequence.of(key),
                context.changed(),
                context.actor(),
                new String(row.getColumn("body", byte[].class), StandardCharsets.UTF_8));
    }
}
