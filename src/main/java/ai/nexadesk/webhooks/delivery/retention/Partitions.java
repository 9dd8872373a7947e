package ai.nexadesk.webhooks.delivery.retention;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.OwnTransaction;
import ai.nexadesk.webhooks.database.UuidV7;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Creates the daily partitions of the log ahead of time, and drops those older than the retention. An advisory lock
 * lets only one replica do this at a time. Unfinished deliveries keep their day and that of their event. A wrong clock
 * cannot drop the log: a round drops at most the oldest day, and none if the clocks of the database and this machine
 * are more than a day apart.
 */
@ApplicationScoped
public class Partitions {

    private static final Logger LOG = Logger.getLogger(Partitions.class);
    private static final List<String> TABLES = List.of("event", "delivery", "attempt");
    private static final int DAYS_AHEAD = 7;
    private static final Duration APART = Duration.ofDays(1);
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.BASIC_ISO_DATE;

    private static final String LOCK = "select pg_try_advisory_xact_lock(hashtext('nexadesk partitions'))";
    private static final String EXISTING = """
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = ?::regclass and c.relname ~ '_[0-9]{8}$' order by 1
            """;
    /**
     * Creating or dropping a partition waits for readers of the table, and everything else, including publishing, waits
     * behind it.
     */
    private static final String LOCK_TIMEOUT = "set local lock_timeout = '1s'";

    private static final String END = """
            with ended as (
                delete from work where %s and event_key < ? returning workspace_id, webhook_id, delivery_id
            )
            update delivery set status = 'cancelled' from ended
            where delivery.workspace_id = ended.workspace_id and delivery.webhook_id = ended.webhook_id and id = ended.delivery_id
                and status in ('queued', 'retrying')
            """;

    /** A webhook that is never verified must not keep the log forever. */
    private static final String END_HELD = END.formatted("due_at = held_until() and owner is null");

    /** A manual retry of an old delivery may have started before the drop, which then waited for it. */
    private static final String END_DROPPED = END.formatted("true");

    private static final String OLDEST_UNFINISHED = """
            select least((select delivery_id from work order by 1 limit 1), (select event_key from work order by 1 limit 1))
            """;

    /**
     * Rows outside the daily partitions: table, partition, and key column. They are accessed through the parent table,
     * whose policies apply.
     */
    private static final List<List<String>> WITHOUT_A_DAY = List.of(
            List.of("event_id", "event_id", "key"),
            List.of("event", "event_default", "key"),
            List.of("delivery", "delivery_default", "id"),
            List.of("attempt", "attempt_default", "delivery_id"));

    private static final String FORGET = """
            delete from %1$s where %3$s < ? and tableoid = '%2$s'::regclass and ctid = any (array(
                select ctid from %1$s where %3$s < ? and tableoid = '%2$s'::regclass limit 5000))
            """;

    private final DataSource dataSource;
    private final InstantSource clock;
    private final Duration retention;
    private volatile LocalDate oldest;

    Partitions(@Engine DataSource dataSource, InstantSource clock, Settings settings) {
        this.dataSource = dataSource;
        this.clock = clock;
        this.retention = settings.retention();
        this.oldest = today();
    }

    /** The age of the oldest day that the last round left in the log. */
    public Duration age() {
        return Duration.between(oldest.atStartOfDay(ZoneOffset.UTC).toInstant(), clock.instant());
    }

    /** Runs before the dispatcher starts. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        maintain();
    }

    @Scheduled(
            identity = "partitions",
            every = "1h",
            delayed = "1h",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    public void maintain() {
        try {
            var kept = OwnTransaction.of(dataSource, this::maintainDays);
            try (var connection = dataSource.getConnection()) {
                forget(connection, kept);
                oldest = oldestDay(connection, List.of("event"));
            }
        } catch (SQLException e) {
            LOG.warnf("Partition maintenance failed and will be retried: %s", e.getMessage());
        }
    }

    /** Creates and drops days; returns the first day to keep. */
    private LocalDate maintainDays(Connection connection) throws SQLException {
        var kept = kept(connection);
        try (var statement = connection.createStatement()) {
            statement.execute(LOCK_TIMEOUT);
            if (isMyTurn(statement)) {
                makeAhead(connection, statement);
                end(connection, END_HELD, kept);
                dropOld(connection, statement, kept);
            }
        }
        return kept;
    }

    private static boolean isMyTurn(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery(LOCK)) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private void makeAhead(Connection connection, Statement statement) throws SQLException {
        var today = today();
        for (var table : TABLES) {
            var existing = existing(connection, table);
            for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
                var day = today.plusDays(ahead);
                var name = table + "_" + SUFFIX.format(day);
                if (!existing.contains(name)) {
                    make(connection, statement, table, day);
                }
            }
        }
    }

    /**
     * Creates a day's partition. If rows of that day are already in the default partition, they stay there; nothing is
     * lost.
     */
    private static void make(Connection connection, Statement statement, String table, LocalDate day)
            throws SQLException {
        isDone(connection, statement, "select make_log_partition('" + table + "', '" + day + "')");
    }

    /** Returns false if it has to be repeated in the next round. */
    private static boolean isDone(Connection connection, Statement statement, String sql) throws SQLException {
        var before = connection.setSavepoint();
        try {
            statement.execute(sql);
            return true;
        } catch (SQLException e) {
            connection.rollback(before);
            LOG.debugf("Postponed: %s: %s", sql, e.getMessage());
            return false;
        }
    }

    private void dropOld(Connection connection, Statement statement, LocalDate kept) throws SQLException {
        var oldest = exceptUnfinished(kept, statement);
        boolean dropped = false;
        for (var table : TABLES) {
            for (var name : existing(connection, table)) {
                var day = day(name);
                if (day.isBefore(oldest)
                        && isDone(connection, statement, "select drop_log_partition('" + table + "', '" + day + "')")) {
                    dropped = true;
                    LOG.infof("Dropped %s: older than the retention", name);
                }
            }
        }
        if (dropped) {
            end(connection, END_DROPPED, oldest);
        }
    }

    private static void end(Connection connection, String sql, LocalDate oldest) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, lowest(oldest));
            int ended = statement.executeUpdate();
            if (ended > 0) {
                LOG.infof("Cancelled %d deliveries of events that are no longer stored", ended);
            }
        }
    }

    /** The first day to keep: at most one day after the oldest. */
    private LocalDate kept(Connection connection) throws SQLException {
        var oldest = oldestDay(connection, TABLES);
        var now = clock.instant();
        var apart = Duration.between(now, Instant.now());
        if (apart.abs().compareTo(APART) > 0) {
            LOG.warnf(
                    "The clocks of this machine and the database are %d days apart. Nothing is dropped from the log until they agree.",
                    apart.abs().plusHours(12).toDays());
            return oldest;
        }
        var byRetention = LocalDate.ofInstant(now.minus(retention), ZoneOffset.UTC);
        long more = ChronoUnit.DAYS.between(oldest.plusDays(1), byRetention);
        if (more <= 0) {
            return byRetention;
        }
        LOG.infof("%d more days are older than the retention; one is dropped every hour", more);
        return oldest.plusDays(1);
    }

    private static LocalDate exceptUnfinished(LocalDate kept, Statement statement) throws SQLException {
        try (var rows = statement.executeQuery(OLDEST_UNFINISHED)) {
            rows.next();
            @Nullable UUID unfinished = rows.getObject(1, UUID.class);
            if (unfinished == null) {
                return kept;
            }
            var day = LocalDate.ofInstant(UuidV7.timeOf(unfinished), ZoneOffset.UTC);
            return day.isBefore(kept) ? day : kept;
        }
    }

    /** Deletes old rows in small parts, each in its own transaction. */
    private static void forget(Connection connection, LocalDate kept) throws SQLException {
        LocalDate oldest;
        try (var statement = connection.createStatement()) {
            oldest = exceptUnfinished(kept, statement);
        }
        for (var place : WITHOUT_A_DAY) {
            try (var statement = connection.prepareStatement(FORGET.formatted(place.toArray()))) {
                statement.setObject(1, lowest(oldest));
                statement.setObject(2, lowest(oldest));
                while (statement.executeUpdate() > 0) {
                    LOG.debugf("Removed old rows of %s", place.get(1));
                }
            }
        }
    }

    private static List<String> existing(Connection connection, String table) throws SQLException {
        try (var statement = connection.prepareStatement(EXISTING)) {
            statement.setString(1, table);
            var names = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        }
    }

    private LocalDate oldestDay(Connection connection, List<String> tables) throws SQLException {
        var oldest = today();
        for (var table : tables) {
            var first = existing(connection, table).stream().findFirst().map(Partitions::day);
            if (first.isPresent() && first.get().isBefore(oldest)) {
                oldest = first.get();
            }
        }
        return oldest;
    }

    private static LocalDate day(String partition) {
        return LocalDate.parse(partition.substring(partition.length() - 8), SUFFIX);
    }

    private static UUID lowest(LocalDate day) {
        return UuidV7.lowestAt(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
