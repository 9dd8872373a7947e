package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.OwnTransaction;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * Leases deliveries of paced webhooks, just before each may begin. The used part of a webhook's pace is stored in one
 * row, which every replica locks to use more, by the database's clock.
 */
@Singleton
public class PacedQueue {

    /** Turns are assigned this long in advance, so that they are not over when they reach the replica. */
    private static final long AHEAD_MICROS = 100_000;

    /** The turns of one claim start within this time. */
    private static final long SPAN_MICROS = 250_000;

    private static final int BYTES = 512 * 1024;

    /** All active paced webhooks, and whether they have due deliveries. */
    private static final String PACED = """
            select id, max_per_second, max_in_flight,
                exists (select from work w where w.webhook_id = h.id and w.owner is null and w.due_at <= ? and not w.ended)
            from webhook h
            where (max_per_second is not null or max_in_flight is not null) and status = 'active' and deleted_at is null
            """;

    private static final String LOCK = "select from webhook_pace where webhook_id = ? for update";

    /**
     * Starts a new count. Everything sent in the last second, or with earlier turns, is over before the first new turn.
     */
    static final String START = """
            insert into webhook_pace (webhook_id, next_at, in_flight)
            select ?, clock_timestamp() + ? * interval '1 microsecond',
                array(select delivery_id from work where owner > waiting_owner() and webhook_id = ?)
            on conflict do nothing
            """;

    private static final long FIRST_AFTER_MICROS = 1_500_000;

    /**
     * A separate statement after the lock, so that it sees what other replicas have claimed. Slots are not
     * released explicitly: a delivery counts until its work has no owner, because its attempt was recorded or its
     * replica died. {@code offset 0} keeps PostgreSQL from scanning the queue.
     */
    static final String CLAIM = """
            with pace as materialized (
                select next_at, clock_timestamp() as now, array(
                    select i.id from unnest(in_flight) as i (id)
                    cross join lateral (select from work where delivery_id = i.id and is_leased(owner) offset 0) w) as busy
                from webhook_pace where webhook_id = ?
            ), turn as materialized (
                select now, busy, greatest(next_at, now) as first_at, slots <= 0 as is_full, greatest(0, least(slots,
                    case when next_at > now + ? * interval '1 microsecond' then 0 else ? end)) as most
                from pace cross join lateral (select least(?, ? - cardinality(busy)) as slots) p
            ), picked as (
                select delivery_id, event_key, due_at from work
                where owner is null and webhook_id = ? and due_at <= ? and not ended
                order by due_at, delivery_id limit (select most from turn) for update skip locked
            ), sized as (
                select p.delivery_id, e.id, e.type, e.body, e.record, e.changed, e.actor, e.traceparent,
                    sum(octet_length(e.body)) over (order by p.due_at, p.delivery_id) - octet_length(e.body) as before
                from picked p join event e on e.key = p.event_key
            ), claimed as (
                update work w set owner = ?, begun = true from sized s
                where w.delivery_id = any (array[s.delivery_id]) and s.before < ?
                %s
            ), used as (
                update webhook_pace p set
                    next_at = t.first_at + (select count(*) from claimed) * ? * interval '1 microsecond',
                    in_flight = case when ? then t.busy || array(select delivery_id from claimed) else '{}' end
                from turn t where p.webhook_id = ? and exists (select from claimed)
            )
            select %s, (extract(epoch from first_at - now) * 1000000)::bigint, is_full
            from turn left join claimed on true
            order by due_at, delivery_id
            """.formatted(WorkQueue.RETURNING_CLAIMED, WorkQueue.CLAIMED_COLUMNS);

    /** Counts a delivery that does not wait in the queue, such as a ping. */
    private static final String COUNT = """
            update webhook_pace set next_at = greatest(next_at, clock_timestamp()) + ? * interval '1 microsecond',
                in_flight = case when ? then in_flight || ? else '{}' end
            where webhook_id = ?
            returning (extract(epoch from next_at - clock_timestamp()) * 1000000)::bigint - ?
            """;

    private final DataSource dataSource;

    PacedQueue(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * A paced webhook.
     *
     * @param isDue whether a delivery is due, apart from the pace
     */
    public record Paced(Pace pace, boolean isDue) {}

    /** All active paced webhooks, by ID. */
    public Map<String, Paced> all(Instant now) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PACED)) {
            statement.setObject(1, Statements.at(now));
            var all = new HashMap<String, Paced>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var pace = new Pace(rows.getObject(2, Integer.class), rows.getObject(3, Integer.class));
                    all.put(rows.getString(1), new Paced(pace, rows.getBoolean(4)));
                }
            }
            return all;
        }
    }

    /**
     * The result of a claim.
     *
     * @param leases the deliveries, now leased, each with its turn
     * @param turns their turns
     * @param isFull whether the limit on requests in flight is reached
     */
    public record Claim(List<LeasedDelivery> leases, Turns turns, boolean isFull) {

        /** When the next claim can get a turn, in nanoseconds from this one. */
        public long nanosToNext() {
            return turns.nanosTo(leases.size()) - TimeUnit.MICROSECONDS.toNanos(AHEAD_MICROS / 2);
        }

        /** Whether no turn was available yet. */
        public boolean isTooEarly() {
            return turns.firstMicros() > AHEAD_MICROS;
        }

        /** Whether there may be more to claim. */
        public boolean maybeMore() {
            return isTooEarly() || !leases.isEmpty();
        }
    }

    /**
     * Leases due deliveries of a webhook that may start now or very soon.
     *
     * @param most the maximum number
     */
    public Claim claim(UUID owner, String webhookId, Pace pace, int most, Instant now) throws SQLException {
        return OwnTransaction.of(dataSource, connection -> {
            if (!lock(connection, webhookId)) {
                start(connection, webhookId, pace);
                lock(connection, webhookId);
            }
            return claim(connection, owner, webhookId, pace, most, now);
        });
    }

    private static boolean lock(Connection connection, String webhookId) throws SQLException {
        try (var statement = connection.prepareStatement(LOCK)) {
            statement.setString(1, webhookId);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void start(Connection connection, String webhookId, Pace pace) throws SQLException {
        try (var statement = connection.prepareStatement(START)) {
            statement.setString(1, webhookId);
            statement.setLong(2, pace.perSecond() == null ? 0 : FIRST_AFTER_MICROS);
            statement.setString(3, webhookId);
            statement.executeUpdate();
        }
    }

    private static Claim claim(Connection connection, UUID owner, String webhookId, Pace pace, int most, Instant now)
            throws SQLException {
        try (var statement = connection.prepareStatement(CLAIM)) {
            long step = pace.stepMicros();
            statement.setString(1, webhookId);
            statement.setLong(2, AHEAD_MICROS);
            statement.setInt(3, inSpan(step, most));
            statement.setInt(4, most);
            statement.setInt(5, limitOf(pace));
            statement.setString(6, webhookId);
            statement.setObject(7, Statements.at(now));
            statement.setObject(8, owner);
            statement.setInt(9, BYTES);
            statement.setLong(10, step);
            statement.setBoolean(11, pace.inFlight() != null);
            statement.setString(12, webhookId);
            var leases = new ArrayList<LeasedDelivery>();
            long first = 0;
            boolean isFull = false;
            long before = System.nanoTime();
            try (var rows = statement.executeQuery()) {
                long after = System.nanoTime();
                while (rows.next()) {
                    first = rows.getLong(19);
                    isFull = rows.getBoolean(20);
                    if (rows.getObject(1) != null) {
                        leases.add(WorkQueue.lease(rows, true));
                    }
                }
                return new Claim(leases, new Turns(before, after, first, step), isFull);
            }
        }
    }

    private static int limitOf(Pace pace) {
        return pace.inFlight() == null ? Integer.MAX_VALUE : pace.inFlight();
    }

    private static int inSpan(long stepMicros, int most) {
        return stepMicros == 0 ? most : (int) Math.max(1, Math.min(most, SPAN_MICROS / stepMicros));
    }

    /**
     * Counts a delivery that this replica has leased and that does not wait in the queue.
     *
     * @return how long it had to wait for its turn, in microseconds; null if nothing is known about earlier requests
     */
    public @Nullable Long count(UUID delivery, String webhookId, Pace pace) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            var wait = count(connection, delivery, webhookId, pace);
            if (wait == null) {
                start(connection, webhookId, pace);
            }
            return wait;
        }
    }

    private static @Nullable Long count(Connection connection, UUID delivery, String webhookId, Pace pace)
            throws SQLException {
        try (var statement = connection.prepareStatement(COUNT)) {
            statement.setLong(1, pace.stepMicros());
            statement.setBoolean(2, pace.inFlight() != null);
            statement.setObject(3, delivery);
            statement.setString(4, webhookId);
            statement.setLong(5, pace.stepMicros());
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : null;
            }
        }
    }
}
