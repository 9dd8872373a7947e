package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * This process among those that share the work. Its lease covers every delivery that it owns: while it is renewed, nobody
 * else attempts them. The database's clock decides when a lease ends; this process gives up earlier by its own monotonic clock,
 * so that attempts never overlap, even after it was frozen.
 */
@Singleton
class Replica {

    private static final String RENEW = """
            insert into replica (id, started_at, lease_until) values (?, now(), now() + ? * interval '1 millisecond')
            on conflict (id) do update set lease_until = excluded.lease_until
            """;
    private static final String END = "delete from replica where id = ?";

    private final DataSource dataSource;
    private final Duration lease;
    private volatile UUID id = UUID.randomUUID();
    private volatile long validUntilNanos = System.nanoTime();
    private volatile boolean begun;

    Replica(@Engine DataSource dataSource, Settings settings) {
        this.dataSource = dataSource;
        this.lease = settings.delivery().lease();
    }

    /** Under this id the lease was renewed last. */
    UUID id() {
        return id;
    }

    /** Whether the lease certainly lasts this long from now. */
    boolean holdsFor(Duration time) {
        return validUntilNanos - System.nanoTime() > time.toNanos();
    }

    /** How much is left of the lease; never negative. */
    long millisLeft() {
        return Math.max(0, (validUntilNanos - System.nanoTime()) / 1_000_000);
    }

    /** Whether it had a lease that has ended. */
    boolean hasLost() {
        return begun && !holdsFor(Duration.ZERO);
    }

    /** Begins or renews the lease. */
    void renew() throws SQLException {
        long before = System.nanoTime();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RENEW)) {
            statement.setObject(1, id);
            statement.setLong(2, lease.toMillis());
            statement.executeUpdate();
        }
        validUntilNanos = before + lease.toNanos();
        begun = true;
    }

    /** Begins anew under another id, after the lease was lost. */
    void beginAnew() {
        begun = false;
        validUntilNanos = System.nanoTime();
        id = UUID.randomUUID();
    }

    /** Ends the lease: what is still owned may be taken over at once. */
    void end() throws SQLException {
        validUntilNanos = System.nanoTime();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(END)) {
            statement.setObject(1, id);
            statement.executeUpdate();
        }
    }
}
