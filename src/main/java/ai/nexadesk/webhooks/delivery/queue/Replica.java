package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.LeaseSettings;
import org.jdbi.v3.core.Jdbi;

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import jakarta.inject.Singleton;

/**
 * This process as one of the replicas that share the work. Its lease covers every delivery that it owns: while the
 * lease is renewed, no other replica attempts them. The database's clock decides when a lease ends; this process stops
 * earlier, by its own monotonic clock, so that attempts never overlap, even after the process was frozen.
 */
@Singleton
public class Replica {

    private static final String BEGIN = """
            insert into replica (lease_until, id, started_at) values (now() + :millis * interval '1 millisecond', :id, now())
            on conflict (id) do update set lease_until = excluded.lease_until
            """;

    /** An ended lease cannot be renewed, because others may have taken over. */
    private static final String RENEW = """
            update replica set lease_until = now() + :millis * interval '1 millisecond' where id = :id and lease_until > now()
            """;

    private static final String END = "update replica set lease_until = '-infinity' where id = :id";

    private final Statements statements;
    private final Duration lease;
    private volatile UUID id = UUID.randomUUID();
    private volatile long validUntilNanos = System.nanoTime();
    private volatile boolean begun;

    Replica(@Engine Jdbi jdbi, LeaseSettings settings) {
        this.statements = new Statements(jdbi);
        this.lease = settings.lease();
    }

    /** The ID of the current lease. */
    public UUID id() {
        return id;
    }

    /** Whether the lease is certain to last this long from now. */
    public boolean holdsFor(Duration time) {
        return validUntilNanos - System.nanoTime() > time.toNanos();
    }

    /** The remaining time of the lease; never negative. */
    public long millisLeft() {
        return Math.max(0, (validUntilNanos - System.nanoTime()) / 1_000_000);
    }

    /** Whether it had a lease that has ended since. */
    public boolean hasLost() {
        return begun && !holdsFor(Duration.ZERO);
    }

    /** Begins or renews the lease; it is lost if it has ended by the database's clock. */
    public void renew() throws SQLException {
        long before = System.nanoTime();
        int renewed = statements.update(begun ? RENEW : BEGIN, update -> update.bind("millis", lease.toMillis())
                .bind("id", id));
        validUntilNanos = renewed == 1 ? before + lease.toNanos() : before;
        begun = true;
    }

    /** Starts over with a new ID after the lease was lost. */
    public void beginAnew() {
        begun = false;
        validUntilNanos = System.nanoTime();
        id = UUID.randomUUID();
    }

    /** Ends the lease, so that others take over the remaining work immediately. */
    public void end() throws SQLException {
        validUntilNanos = System.nanoTime();
        statements.update(END, update -> update.bind("id", id));
    }
}
