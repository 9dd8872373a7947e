package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Counts what was made since it counted last, each minute, so that charts read a few rows an hour. Hours in which something
 * is not settled, or has failed and may be retried, are counted again. Replicas take turns by the row of the mark.
 */
@Singleton
class HourlyCounts {

    private static final Logger LOG = Logger.getLogger(HourlyCounts.class);

    /** Publishing has certainly committed what it made this long ago. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    /** How long an hour is counted again: the retry schedule ends within it. */
    private static final Duration OPEN = Duration.ofHours(28);

    /** How many hours of webhooks a round counts again at most. */
    private static final int AGAIN = 100;

    private static final String MARK = "select counted_to, now() from delivery_hour_mark for update skip locked";

    private static final String MOVE_MARK = "update delivery_hour_mark set counted_to = ?";

    private static final String COUNT = """
            insert into delivery_hour as counted (webhook_id, hour, status, speed, deliveries, millis)
            select w.id, ?, d.status, d.speed, d.deliveries, d.millis
            from webhook w cross join lateral (
                select status, case when status_code is null then -1
                        else floor(4 * ln(greatest(coalesce(duration_ms, 0), 1)::float8) / ln(2::float8)) end as speed,
                    count(*) as deliveries, coalesce(sum(duration_ms) filter (where status_code is not null), 0) as millis
                from delivery
                where webhook_id = w.id and id >= ? and id < ? and event_type <> 'ping'
                group by 1, 2
            ) d
            where ?::text is null or w.id = ?
            on conflict (webhook_id, hour, status, speed) do update
                set deliveries = counted.deliveries + excluded.deliveries, millis = counted.millis + excluded.millis
            """;

    private static final String OPEN_HOURS = """
            select distinct hour, webhook_id from delivery_hour
            where status in ('queued', 'retrying', 'failed') and hour > ?
            order by hour desc, webhook_id limit ?
            """;

    private static final String FORGET_HOUR = "delete from delivery_hour where webhook_id = ? and hour = ?";

    private static final String FORGET_OLD = "delete from delivery_hour where hour < ?";

    private final DataSource dataSource;
    private final Duration retention;

    HourlyCounts(DataSource dataSource, Settings settings) {
        this.dataSource = dataSource;
        this.retention = settings.retention();
    }

    private record WebhookHour(String webhookId, Instant hour) {}

    @Scheduled(every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyMinute() {
        try {
            count();
        } catch (SQLException e) {
            LOG.warnf("Deliveries could not be counted; the next round does it: %s", e.getMessage());
        }
    }

    /** Counts to the present, an hour or less in each transaction, and again what was open. */
    void count() throws SQLException {
        while (inTransaction(this::countNext)) {
            LOG.trace("Counted up to an hour; there is more");
        }
        inTransaction(this::countAgain);
    }

    private interface Step {
        boolean run(Connection connection, Instant mark, Instant now) throws SQLException;
    }

    /** Does nothing while another replica counts. */
    private boolean inTransaction(Step step) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(MARK)) {
                boolean more = rows.next()
                        && step.run(
                                connection,
                                rows.getTimestamp(1).toInstant(),
                                rows.getTimestamp(2).toInstant());
                connection.commit();
                return more;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private boolean countNext(Connection connection, Instant mark, Instant now) throws SQLException {
        var hour = mark.truncatedTo(ChronoUnit.HOURS);
        var present = now.minus(SLACK).truncatedTo(ChronoUnit.MILLIS);
        var hourEnd = hour.plus(1, ChronoUnit.HOURS);
        var end = hourEnd.isBefore(present) ? hourEnd : present;
        if (!mark.isBefore(end)) {
            return false;
        }
        count(connection, hour, mark, end, null);
        update(connection, MOVE_MARK, end);
        if (end.equals(hourEnd)) {
            update(connection, FORGET_OLD, end.minus(retention));
        }
        return end.equals(hourEnd);
    }

    private boolean countAgain(Connection connection, Instant mark, Instant now) throws SQLException {
        for (var open : openHours(connection, now.minus(OPEN))) {
            var hourEnd = open.hour.plus(1, ChronoUnit.HOURS);
            update(connection, FORGET_HOUR, open.webhookId, open.hour);
            count(connection, open.hour, open.hour, hourEnd.isBefore(mark) ? hourEnd : mark, open.webhookId);
        }
        return false;
    }

    private static void count(
            Connection connection, Instant hour, Instant from, Instant to, @Nullable String webhookId)
            throws SQLException {
        update(connection, COUNT, hour, DeliveryIds.lowest(from), DeliveryIds.lowest(to), webhookId, webhookId);
    }

    private static List<WebhookHour> openHours(Connection connection, Instant since) throws SQLException {
        try (var statement = connection.prepareStatement(OPEN_HOURS)) {
            statement.setObject(1, since.atOffset(ZoneOffset.UTC));
            statement.setInt(2, AGAIN);
            var open = new ArrayList<WebhookHour>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    Timestamp hour = rows.getTimestamp(1);
                    open.add(new WebhookHour(rows.getString(2), hour.toInstant()));
                }
            }
            return open;
        }
    }

    private static void update(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(
                        i + 1,
                        parameters[i] instanceof Instant moment ? moment.atOffset(ZoneOffset.UTC) : parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
