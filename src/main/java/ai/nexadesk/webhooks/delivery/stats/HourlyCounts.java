package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.OwnTransaction;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.queue.Statements;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/**
 * Counts deliveries by the hour in which they were made, so that charts read a few rows instead of the log. Each delivery is
 * counted once, as it is then; a trigger notes what becomes of it later, and that is added here. Pings are left out. A round
 * is one statement, so it is done or not at all, whichever replica does it.
 */
@Singleton
class HourlyCounts {

    private static final Logger LOG = Logger.getLogger(HourlyCounts.class);

    /** What is younger is not counted yet: its transaction may be open. Longer than what the trigger passes over. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    /** How far reading looks back for what is not counted yet; more than this is only behind after an upgrade. */
    private static final Duration LOOK_BACK = Duration.ofHours(1);

    private static final String MARK = "select counted_to, now() from delivery_hour_mark for update";

    private static final String GROUPED = """
            select webhook_id, hour_of(id) as hour, status, delivery_speed(status_code, duration_ms) as speed,
                count(*) as deliveries, coalesce(sum(duration_ms), 0) as millis
            from delivery
            where %s and event_type <> 'ping'
            group by 1, 2, 3, 4
            """;

    /** Changes of what is not counted yet are dropped: it will be counted as it has become. */
    private static final String COUNT = """
            with moved as (
                update delivery_hour_mark set counted_to = ?
            ), noted as (
                delete from delivery_change returning *
            ), news as (
                select webhook_id, hour_of(delivery_id) as hour, status, speed, deliveries, millis
                from noted where delivery_id < ?
                union all
                select d.* from webhook w cross join lateral (%s) d
            )
            insert into delivery_hour as counted (webhook_id, hour, status, speed, deliveries, millis)
            select webhook_id, hour, status, speed, sum(deliveries), sum(millis) from news group by 1, 2, 3, 4
            on conflict (webhook_id, hour, status, speed) do update
                set deliveries = counted.deliveries + excluded.deliveries, millis = counted.millis + excluded.millis
            """.formatted(
                    GROUPED.formatted("workspace_id = w.workspace_id and webhook_id = w.id and id >= ? and id < ?"));

    private static final String FORGET = "delete from delivery_hour where hour < ?";

    /** One statement, so that no round comes between what it counted and what it has yet to count. */
    private static final String READ = """
            select webhook_id, date_bin(?::interval, hour, timestamptz 'epoch'), status,
                case when ? then speed else least(speed, 0) end, sum(deliveries)::bigint, sum(millis)::bigint
            from (
                select webhook_id, hour, status, speed, deliveries, millis
                from delivery_hour where webhook_id = any (?) and hour >= ?
                union all
                select webhook_id, hour_of(delivery_id), status, speed, deliveries, millis
                from delivery_change, delivery_hour_mark
                where delivery_id < counted_to and webhook_id = any (?) and hour_of(delivery_id) >= ?
                union all
                %s
            ) counted
            group by 1, 2, 3, 4
            """.formatted(GROUPED.formatted("workspace_id = ? and webhook_id = any (?)"
            + " and id >= greatest(?, (select counted_to from delivery_hour_mark))"));

    private final DataSource dataSource;
    private final DataSource engine;
    private final Duration retention;

    HourlyCounts(DataSource dataSource, @Engine DataSource engine, Settings settings) {
        this.dataSource = dataSource;
        this.engine = engine;
        this.retention = settings.retention();
    }

    /**
     * What is counted together.
     *
     * @param step how long a span of time, in whole hours
     * @param bySpeed whether by speed, too; else only what was answered and what was not
     */
    record Grain(Duration step, boolean bySpeed) {}

    /** Deliveries that are counted together, from this hour; negative where some have left this state since. */
    record Count(String webhookId, Instant hour, DeliveryStatus status, int speed, long deliveries, long millis) {}

    @Scheduled(identity = "hourly-counts", every = "30s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyHalfMinute() {
        try {
            count();
        } catch (SQLException e) {
            LOG.warnf("Deliveries could not be counted and will be counted later: %s", e.getMessage());
        }
    }

    /** Counts to the present, an hour or less in each transaction. */
    void count() throws SQLException {
        boolean isMore = true;
        while (isMore) {
            isMore = round();
        }
    }

    /** Whether there is more to count. Waits while another replica counts. */
    private boolean round() throws SQLException {
        return OwnTransaction.of(engine, connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(MARK)) {
                rows.next();
                var present = at(rows, 2).minus(SLACK);
                return count(connection, rows.getObject(1, UUID.class), present);
            }
        });
    }

    private boolean count(Connection connection, UUID mark, Instant present) throws SQLException {
        var hourEnd = DeliveryIds.madeAt(mark).truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        boolean isMore = hourEnd.isBefore(present);
        var next = DeliveryIds.lowest(isMore ? hourEnd : present);
        // Unsigned, as the database has it; the present is behind the mark where another replica has just counted.
        var end = next.toString().compareTo(mark.toString()) > 0 ? next : mark;
        try (var statement = connection.prepareStatement(COUNT)) {
            statement.setObject(1, end);
            statement.setObject(2, mark);
            statement.setObject(3, mark);
            statement.setObject(4, end);
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(FORGET)) {
            statement.setObject(1, Statements.at(present.minus(retention)));
            statement.executeUpdate();
        }
        return isMore;
    }

    /** What was made since this hour for these webhooks of a workspace, up to the present. */
    @Transactional
    List<Count> read(String workspaceId, Collection<String> webhooks, Grain grain, Instant firstHour, Instant now)
            throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ)) {
            var ids = connection.createArrayOf("text", webhooks.toArray());
            statement.setString(1, grain.step.toHours() + " hours");
            statement.setBoolean(2, grain.bySpeed);
            statement.setArray(3, ids);
            statement.setObject(4, Statements.at(firstHour));
            statement.setArray(5, ids);
            statement.setObject(6, Statements.at(firstHour));
            statement.setString(7, workspaceId);
            statement.setArray(8, ids);
            statement.setObject(9, DeliveryIds.lowest(now.minus(LOOK_BACK)));
            var counts = new ArrayList<Count>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    counts.add(new Count(
                            rows.getString(1),
                            at(rows, 2),
                            DeliveryStatus.of(rows.getString(3)).orElseThrow(),
                            rows.getInt(4),
                            rows.getLong(5),
                            rows.getLong(6)));
                }
            }
            return counts;
        }
    }

    private static Instant at(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }
}
