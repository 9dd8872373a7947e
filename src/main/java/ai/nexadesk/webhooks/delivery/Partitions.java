package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Makes the daily partitions of the log ahead of time, and drops those that are older than the retention. Replicas take turns
 * by an advisory lock. What is unfinished keeps its day, and that of its event.
 */
@ApplicationScoped
class Partitions {

    private static final Logger LOG = Logger.getLogger(Partitions.class);
    private static final List<String> TABLES = List.of("event", "delivery", "attempt");
    private static final int DAYS_AHEAD = 7;
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.BASIC_ISO_DATE;

    private static final String LOCK = "select pg_try_advisory_xact_lock(hashtext('nexadesk partitions'))";
    private static final String EXISTING = """
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = ?::regclass and c.relname ~ '_[0-9]{8}$' order by 1
            """;
    /** A webhook that nobody verifies must not keep everybody's log for ever. */
    private static final String END_HELD = """
            with ended as (
                delete from work where due_at = timestamptz '9999-12-31Z' and owner is null and event_key < ?
                returning workspace_id, delivery_id
            )
            update delivery set status = 'cancelled' from ended
            where delivery.workspace_id = ended.workspace_id and id = ended.delivery_id and status in ('queued', 'retrying')
            """;

    private static final String OLDEST_UNFINISHED = """
            select least((select delivery_id from work order by 1 limit 1), (select event_key from work order by 1 limit 1))
            """;
    private static final String FORGET_IDS = """
            delete from event_id where ctid in (select ctid from event_id where key < ? limit 5000)
            """;

    private final DataSource dataSource;
    private final InstantSource clock;
    private final Duration retention;

    Partitions(@Engine DataSource dataSource, InstantSource clock, Settings settings) {
        this.dataSource = dataSource;
        this.clock = clock;
        this.retention = settings.retention();
    }

    /** Before the dispatcher begins. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        maintain();
    }

    @Scheduled(every = "1h", delayed = "1h", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void maintain() {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                if (isMyTurn(statement)) {
                    makeAhead(connection, statement);
                    endHeld(connection);
                    dropOld(connection, statement);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
            forgetIds(connection);
        } catch (SQLException e) {
            LOG.warnf("Partitions could not be maintained; the next round does it: %s", e.getMessage());
        }
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
                    make(connection, statement, table, name, day);
                }
            }
        }
    }

    /** A day of which something is in the default partition already stays there; nothing is lost by it. */
    private static void make(Connection connection, Statement statement, String table, String name, LocalDate day)
            throws SQLException {
        var before = connection.setSavepoint();
        try {
            statement.execute("select make_log_partition('" + table + "', '" + day + "')");
        } catch (SQLException e) {
            connection.rollback(before);
            LOG.debugf("No partition %s: %s", name, e.getMessage());
        }
    }

    private void dropOld(Connection connection, Statement statement) throws SQLException {
        var oldest = oldestKept(statement);
        for (var table : TABLES) {
            for (var name : existing(connection, table)) {
                var day = LocalDate.parse(name.substring(name.length() - 8), SUFFIX);
                if (day.isBefore(oldest)) {
                    statement.execute("select drop_log_partition('" + table + "', '" + day + "')");
                    LOG.infof("Dropped %s: older than the retention", name);
                }
            }
        }
    }

    private void endHeld(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(END_HELD)) {
            statement.setObject(1, lowest(oldestByRetention()));
            int ended = statement.executeUpdate();
            if (ended > 0) {
                LOG.infof("Cancelled %d deliveries that waited for a verification longer than the retention", ended);
            }
        }
    }

    private LocalDate oldestByRetention() {
        return LocalDate.ofInstant(clock.instant().minus(retention), ZoneOffset.UTC);
    }

    private LocalDate oldestKept(Statement statement) throws SQLException {
        var byRetention = oldestByRetention();
        try (var rows = statement.executeQuery(OLDEST_UNFINISHED)) {
            rows.next();
            @Nullable UUID unfinished = rows.getObject(1, UUID.class);
            if (unfinished == null) {
                return byRetention;
            }
            var day = LocalDate.ofInstant(DeliveryIds.madeAt(unfinished), ZoneOffset.UTC);
            return day.isBefore(byRetention) ? day : byRetention;
        }
    }

    /** In small parts, each its own transaction. */
    private void forgetIds(Connection connection) throws SQLException {
        LocalDate oldest;
        try (var statement = connection.createStatement()) {
            oldest = oldestKept(statement);
        }
        try (var statement = connection.prepareStatement(FORGET_IDS)) {
            statement.setObject(1, lowest(oldest));
            while (statement.executeUpdate() > 0) {
                LOG.debug("Forgot ids of events that are no longer kept");
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

    private static UUID lowest(LocalDate day) {
        return DeliveryIds.lowest(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
