package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.agroal.DataSource;
import io.quarkus.arc.InjectableInstance;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.quarkus.scheduler.Scheduler;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * A hot standby of the database. If it is configured ({@code quarkus.datasource.log.jdbc.url}), people's reading of the
 * log uses it. While it does not respond or is far behind, the primary database is read.
 */
@Singleton
public class Standby {

    private static final Logger LOG = Logger.getLogger(Standby.class);
    private static final Duration MAX_LAG = Duration.ofSeconds(10);
    private static final int PATIENCE_SECONDS = 2;

    /** The standby is used only if it was checked within this time, because a query on a frozen standby hangs. */
    private static final Duration LOOKED = Duration.ofSeconds(5);

    private static final ThreadLocal<Boolean> READ = ThreadLocal.withInitial(() -> false);

    /** Replicas renew their leases every second, so this is at most one second more than the actual delay. */
    private static final String LAG = """
            select greatest(0, extract(epoch from clock_timestamp() - max(lease_until)) * 1000 + :lease) as lag
            from replica where isfinite(lease_until)
            """;

    /** The system identifier. A standby has the same one as its primary. */
    private static final String IDENTITY =
            "select system_identifier || '/' || current_database() as identity from pg_control_system()";

    private final Jdbi database;
    private final InjectableInstance<AgroalDataSource> pool;
    private final Scheduler scheduler;
    private final MeterRegistry registry;
    private final Duration lease;
    private @Nullable Jdbi standby;
    private volatile @Nullable Look latest;

    /** A successful check of the standby. */
    private record Look(Duration lag, long atNanos) {}

    Standby(
            Jdbi database,
            @DataSource("log") InjectableInstance<AgroalDataSource> pool,
            Scheduler scheduler,
            MeterRegistry registry,
            LeaseSettings settings) {
        this.database = database;
        this.pool = pool;
        this.scheduler = scheduler;
        this.registry = registry;
        this.lease = settings.lease();
    }

    void start(@Observes StartupEvent event) {
        Gauge.builder("nexadesk.log.standby.lag", this, Standby::lagSeconds)
                .description("How far the standby that the log is read from may be behind; NaN while it is not used")
                .baseUnit("seconds")
                .register(registry);
        if (pool.getHandle().getBean().isActive()) {
            scheduler
                    .newJob("log-standby")
                    .setInterval("1s")
                    .setConcurrentExecution(ConcurrentExecution.SKIP)
                    .setTask(execution -> check())
                    .schedule();
        }
    }

    private double lagSeconds() {
        return lag().map(known -> known.toMillis() / 1000.0).orElse(Double.NaN);
    }

    /** How far it is behind; empty while it is not used. */
    public Optional<Duration> lag() {
        var look = latest;
        return look == null || System.nanoTime() - look.atNanos > LOOKED.toNanos()
                ? Optional.empty()
                : Optional.of(look.lag);
    }

    /** Checks whether it responds and how far it is behind. */
    void check() {
        try {
            use(measure());
        } catch (SQLException | IllegalStateException | JdbiException e) {
            leave("cannot be used: " + e.getMessage());
        }
    }

    private Duration measure() throws SQLException {
        if (standby == null) {
            standby = checked();
        }
        return standby.inTransaction(handle -> {
            handle.execute("set local role nexadesk_engine");
            long millis = handle.createQuery(LAG)
                    .bind("lease", lease.toMillis())
                    .setQueryTimeout(PATIENCE_SECONDS)
                    .mapTo(Long.class)
                    .one();
            return Duration.ofMillis(millis);
        });
    }

    private Jdbi checked() throws SQLException {
        if (PoolerCheck.mixesSessions(pool.get())) {
            throw new IllegalStateException("a pooler gives the transactions of a connection to different sessions");
        }
        var found = JdbiOfPool.of(pool.get());
        if (!identity(found).equals(identity(database))) {
            throw new IllegalStateException("quarkus.datasource.log.jdbc.url points to a copy of another database");
        }
        return found;
    }

    private static String identity(Jdbi jdbi) {
        return jdbi.withHandle(handle -> handle.createQuery(IDENTITY)
                .setQueryTimeout(PATIENCE_SECONDS)
                .mapTo(String.class)
                .one());
    }

    private void use(Duration found) {
        if (found.compareTo(MAX_LAG) > 0) {
            leave("is " + found.toSeconds() + " s behind.");
        } else {
            if (latest == null) {
                LOG.info("The log is read from the standby.");
            }
            latest = new Look(found, System.nanoTime());
        }
    }

    private void leave(String why) {
        LOG.warnf("The log is read from the database itself, because its standby %s", why);
        latest = null;
    }

    /** Reads in a transaction of its own, on the standby if it is used. */
    public <T> T read(Callable<T> work) {
        if (lag().isPresent()) {
            READ.set(true);
            try {
                return QuarkusTransaction.requiringNew().call(work);
            } catch (RuntimeException e) {
                if (!isOfDatabase(e)) {
                    throw e;
                }
                leave("could not be read: " + e.getMessage());
            } finally {
                READ.remove();
            }
        }
        return QuarkusTransaction.requiringNew().call(work);
    }

    private static boolean isOfDatabase(Throwable e) {
        return Stream.iterate(e, Objects::nonNull, Throwable::getCause).anyMatch(SQLException.class::isInstance);
    }

    /** Whether this thread reads from the standby. */
    static boolean isRead() {
        return READ.get();
    }
}
