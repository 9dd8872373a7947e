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

import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * A hot standby of the database, which people's reading of the log is left to if one is configured
 * ({@code quarkus.datasource.log.jdbc.url}). While it does not answer or is far behind, the database itself is read.
 */
@Singleton
public class Standby {

    private static final Logger LOG = Logger.getLogger(Standby.class);
    private static final Duration FARTHEST_BEHIND = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final ThreadLocal<Boolean> READ = ThreadLocal.withInitial(() -> false);

    /** Replicas renew their leases each second, so this is at most one second more than the delay. */
    private static final String LAG = """
            select greatest(0, extract(epoch from clock_timestamp() - max(lease_until)) * 1000 + :lease) as lag
            from replica where isfinite(lease_until)
            """;

    private final InjectableInstance<AgroalDataSource> pool;
    private final Scheduler scheduler;
    private final MeterRegistry registry;
    private final Duration lease;
    private boolean checked;
    private volatile Optional<Duration> lag = Optional.empty();

    Standby(
            @DataSource("log") InjectableInstance<AgroalDataSource> pool,
            Scheduler scheduler,
            MeterRegistry registry,
            LeaseSettings settings) {
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
                    .setTask(execution -> look())
                    .schedule();
        }
    }

    private double lagSeconds() {
        return lag.map(known -> known.toMillis() / 1000.0).orElse(Double.NaN);
    }

    /** How far it may be behind; empty while it is not used. */
    public Optional<Duration> lag() {
        return lag;
    }

    /** Finds out whether it answers, and how far it is behind. */
    void look() {
        try {
            use(measure());
        } catch (SQLException | IllegalStateException e) {
            leave("does not answer: " + e.getMessage());
        }
    }

    private Duration measure() throws SQLException {
        if (!checked && PoolerCheck.mixesSessions(pool.get())) {
            throw new IllegalStateException("a pooler gives the transactions of a connection to different sessions");
        }
        checked = true;
        return Sql.on(pool.get()).transaction(sql -> {
            sql.query("set local role nexadesk_engine").update();
            return sql.query(LAG)
                    .set("lease", lease.toMillis())
                    .timeout(PATIENCE)
                    .first(row -> Duration.ofMillis(row.getLong("lag")))
                    .orElseThrow();
        });
    }

    private void use(Duration found) {
        if (found.compareTo(FARTHEST_BEHIND) > 0) {
            leave("is " + found.toSeconds() + " s behind.");
        } else {
            if (lag.isEmpty()) {
                LOG.info("The log is read from the standby.");
            }
            lag = Optional.of(found);
        }
    }

    private void leave(String why) {
        if (lag.isPresent()) {
            LOG.warnf("The log is read from the database itself, because its standby %s", why);
        }
        lag = Optional.empty();
    }

    /** Reads in a transaction of its own, from the standby if it is used. */
    public <T> T read(Callable<T> work) {
        if (lag.isPresent()) {
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

    /** Whether this thread reads from it. */
    static boolean isRead() {
        return READ.get();
    }
}
