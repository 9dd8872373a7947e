package ai.nexadesk.webhooks.database;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import javax.sql.DataSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * The database's clock, used everywhere, so that replicas agree even if a machine's own clock is wrong. It is read once a minute and
 * advanced by the monotonic clock in between. Its resolution is one millisecond, which the API and PostgreSQL preserve.
 */
@ApplicationScoped
public class DatabaseClock implements InstantSource {

    private static final Logger LOG = Logger.getLogger(DatabaseClock.class);

    /** Runs after the check of the roles, which connections need, and before anything asks for the time. */
    private static final int PRIORITY = Interceptor.Priority.LIBRARY_BEFORE + 1;

    /** The precision of a reading. */
    private static final Duration INEXACT = Duration.ofMillis(100);

    private static final Duration WARN_ABOVE = Duration.ofMinutes(1);

    private final DataSource dataSource;
    private volatile Reading last = new Reading(Instant.now(), System.nanoTime());
    private volatile Duration warned = Duration.ZERO;

    DatabaseClock(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
    }

    private record Reading(Instant time, long nanos) {

        Instant now() {
            return time.plusNanos(System.nanoTime() - nanos);
        }
    }

    @Override
    public Instant instant() {
        return last.now().truncatedTo(ChronoUnit.MILLIS);
    }

    void start(@Observes @Priority(PRIORITY) StartupEvent event) {
        synchronize();
    }

    /** Reads the clock. While the database is unavailable, the monotonic clock is accurate enough. */
    @Scheduled(identity = "clock", every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void synchronize() {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement("select clock_timestamp()")) {
            long before = System.nanoTime();
            try (var rows = statement.executeQuery()) {
                rows.next();
                long halfway = before + (System.nanoTime() - before) / 2;
                var look = new Reading(rows.getObject(1, OffsetDateTime.class).toInstant(), halfway);
                if (differ(look.now(), last.now(), INEXACT)) {
                    last = look;
                }
            }
            warnIfSkewed(Duration.between(last.now(), Instant.now()));
        } catch (SQLException e) {
            LOG.debugf("The database's clock could not be read: %s", e.getMessage());
        }
    }

    private void warnIfSkewed(Duration ahead) {
        if (ahead.minus(warned).abs().compareTo(WARN_ABOVE) > 0) {
            warned = ahead;
            LOG.warnf(
                    "This machine's clock is %d s %s the database's, which is used instead. Synchronize both with NTP.",
                    ahead.abs().toSeconds(), ahead.isNegative() ? "behind" : "ahead of");
        }
    }

    private static boolean differ(Instant one, Instant other, Duration most) {
        return Duration.between(one, other).abs().compareTo(most) > 0;
    }
}
