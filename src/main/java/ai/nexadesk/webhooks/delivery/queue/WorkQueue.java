package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import ai.nexadesk.webhooks.outbound.EventContext;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * The leases on unfinished deliveries in the database. This class contains all performance-critical SQL of claiming.
 * {@link Backlog} applies changes made by people, and {@link LeaseRecovery} frees the work of dead replicas.
 */
@Singleton
class WorkQueue {

    /** The columns that a claim returns for work w and its event s. */
    static final String RETURNING_CLAIMED = """
            returning w.*, w.record is not null as ordered, s.id as event_id, s.type, s.body, s.record as event_record,
                coalesce(w.changed, s.changed) as changed_names, s.actor, s.traceparent
            """;

    /** The columns of a leased delivery. */
    static final String CLAIMED_COLUMNS = """
            delivery_id, workspace_id, webhook_id, event_id, type, body, attempts, tries, trigger, scheduled_for, owner, event_key,
                event_record, changed_names, actor, traceparent, replay, ordered
            """;

    /**
     * Takes a few deliveries of each webhook in turn, so that a backlog of one does not delay others. Takes fewer if
     * bodies are long, because they are read into memory. Skips rows that another replica is taking. The one-element
     * array keeps PostgreSQL from scanning the queue; see {@link AttemptStore#FINISH}.
     */
    static final String CLAIM = """
            with recursive waiting (webhook_id) as (
                (select webhook_id from work where owner is null and webhook_id > ? order by webhook_id limit 1)
                union all
                select (select w.webhook_id from work w where w.owner is null and w.webhook_id > waiting.webhook_id
                    order by w.webhook_id limit 1)
                from waiting where waiting.webhook_id is not null
            ), picked as (
                select w.* from waiting
                cross join lateral (
                    select delivery_id, webhook_id, event_key, due_at from work
                    where owner is null and webhook_id = waiting.webhook_id and due_at <= ? and not ended
                    order by due_at, delivery_id limit ? for update skip locked
                ) w
                where waiting.webhook_id is not null and waiting.webhook_id <> all (?::text[])
                limit ?
            ), sized as (
                select p.delivery_id, e.id, e.type, e.body, e.record, e.changed, e.actor, e.traceparent, sum(octet_length(e.body)) over of_webhook
                    - octet_length(e.body) as before, sum(octet_length(e.body)) over in_all as bytes
                from picked p join event e on e.key = p.event_key
                window in_all as (order by p.webhook_id, p.due_at, p.delivery_id),
                    of_webhook as (partition by p.webhook_id order by p.due_at, p.delivery_id)
            ), claimed as (
                update work w set owner = ?, begun = false from sized s
                where w.delivery_id = any (array[s.delivery_id]) and s.before < ? and s.bytes <= ?
                %s
            )
            select %s, max(webhook_id) over (), (select count(*) = ? or max(bytes) > ? from sized)
            from claimed
            order by due_at, delivery_id
            """.formatted(RETURNING_CLAIMED, CLAIMED_COLUMNS);

    static final String CLAIM_ONE = """
            with claimed as (
                update work w set owner = ?, begun = false from event s
                where w.delivery_id = ? and w.owner is null and w.due_at <= ? and not w.ended and s.key = w.event_key
                %s
            )
            select %s from claimed
            """.formatted(RETURNING_CLAIMED, CLAIMED_COLUMNS);

    /**
     * Releases a leased delivery: it is free again, or waits for its record. If a retry was requested meanwhile, the
     * retry comes first, followed by the rest of the schedule, unless that is exhausted.
     */
    static final String SET_RELEASED = """
            owner = case when w.record is not null then waiting_owner() end,
            scheduled_for = case when w.retry_requested and w.trigger = 'automatic' and not w.ended
                then w.due_at else w.scheduled_for end,
            trigger = case when w.retry_requested then 'manual' else w.trigger end,
            ended = w.ended and not w.retry_requested, retry_requested = false
            """;

    /**
     * Need not be durable: it is read only if this process dies. If the database's machine dies at the same time, an
     * attempt may be missing in the log and its request may be sent twice, but no delivery is lost.
     */
    private static final String BEGIN = """
            with at_once as (select set_config('synchronous_commit', 'off', true))
            update work set begun = true from at_once where owner = ? and delivery_id = any (?::uuid[]) and not ended
            returning delivery_id
            """;

    private static final String RELEASE = """
            update work w set %s
            where owner = :owner and delivery_id = any (:deliveries)
            """.formatted(SET_RELEASED);

    private static final String RELEASE_FORGOTTEN = """
            update work w set %s
            where owner = :owner and delivery_id not in (select unnest(:known))
                and uuid_extract_timestamp(delivery_id) < :before
            """.formatted(SET_RELEASED);

    private static final String PUT_OFF = """
            update work w set due_at = :until, %s
            where owner = :owner and delivery_id = :delivery
            """.formatted(SET_RELEASED);

    private static final String CANCEL = """
            with gone as (
                delete from work w where delivery_id = any (:deliveries) and owner = :owner and not exists (
                    select from webhook h where h.id = w.webhook_id and h.status = 'active' and h.deleted_at is null)
                returning workspace_id, webhook_id, delivery_id
            )
            update delivery set status = 'cancelled' from gone
            where delivery.workspace_id = gone.workspace_id and delivery.webhook_id = gone.webhook_id and id = gone.delivery_id
                and status in ('queued', 'retrying')
            """;

    private final DataSource dataSource;
    private final Statements statements;

    WorkQueue(@Engine DataSource dataSource, @Engine Jdbi jdbi) {
        this.dataSource = dataSource;
        this.statements = new Statements(jdbi);
    }

    /**
     * The result of a claim.
     *
     * @param leases the deliveries, now leased
     * @param last the last webhook, in the database's order; null if nothing was claimed
     * @param isCut whether later webhooks may have more
     */
    record Claimed(List<LeasedDelivery> leases, @Nullable String last, boolean isCut) {}

    /**
     * The limits of a claim.
     *
     * @param deliveries deliveries in total
     * @param bytes bytes of bodies in total; must exceed the longest body
     * @param perWebhook deliveries of one webhook
     * @param bytesPerWebhook bytes of bodies of one webhook
     */
    record ClaimLimits(int deliveries, long bytes, int perWebhook, long bytesPerWebhook) {}

    /**
     * Leases due deliveries.
     *
     * @param now the time by the application's clock, which determines when retries are due
     * @param after claims only from webhooks with greater IDs
     * @param except webhooks to skip
     */
    Claimed claim(UUID owner, Instant now, String after, Collection<String> except, ClaimLimits most)
            throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, after);
            statement.setObject(2, Statements.at(now));
            statement.setInt(3, most.perWebhook());
            statement.setArray(4, connection.createArrayOf("text", except.toArray()));
            statement.setInt(5, most.deliveries());
            statement.setObject(6, owner);
            statement.setLong(7, most.bytesPerWebhook());
            statement.setLong(8, most.bytes());
            statement.setInt(9, most.deliveries());
            statement.setLong(10, most.bytes());
            var leases = new ArrayList<LeasedDelivery>();
            @Nullable String last = null;
            boolean isCut = false;
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    leases.add(lease(rows, false));
                    last = rows.getString(19);
                    isCut = rows.getBoolean(20);
                }
            }
            return new Claimed(leases, last, isCut);
        }
    }

    /** Leases this delivery if it is due and free. */
    Optional<LeasedDelivery> claim(UUID owner, Instant now, UUID delivery) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLAIM_ONE)) {
            statement.setObject(1, owner);
            statement.setObject(2, delivery);
            statement.setObject(3, Statements.at(now));
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(lease(rows, false)) : Optional.empty();
            }
        }
    }

    static LeasedDelivery lease(ResultSet row, boolean begun) throws SQLException {
        @Nullable Timestamp scheduledFor = row.getTimestamp(10);
        return new LeasedDelivery(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getBytes(6),
                row.getInt(7),
                row.getInt(8),
                Trigger.of(row.getString(9)),
                scheduledFor == null ? null : scheduledFor.toInstant(),
                row.getObject(11, UUID.class),
                begun,
                row.getObject(12, UUID.class),
                EventContext.of(row.getString(13), row.getString(14), row.getString(15)),
                row.getString(16),
                row.getObject(17, UUID.class),
                row.getBoolean(18));
    }

    /**
     * Marks these deliveries as begun.
     *
     * @return those that this owner may attempt
     */
    Set<UUID> begin(UUID owner, List<UUID> deliveries) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(BEGIN)) {
            statement.setObject(1, owner);
            statement.setArray(2, Statements.ids(connection, deliveries));
            var begun = new HashSet<UUID>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    begun.add(rows.getObject(1, UUID.class));
                }
            }
            return begun;
        }
    }

    /** Releases deliveries that this owner has leased and not started. */
    void release(UUID owner, List<UUID> deliveries) throws SQLException {
        statements.update(
                RELEASE, update -> update.bind("owner", owner).bindArray("deliveries", UUID.class, deliveries));
    }

    /** Makes the first delivery of each of these queues ready. */
    void advance(List<RecordQueue> queues) throws SQLException {
        if (!queues.isEmpty()) {
            RecordQueue.advance(dataSource, queues);
        }
    }

    /** Advances stuck queues; see {@link RecordQueue#advanceStuck}. */
    Set<String> advanceStuck() throws SQLException {
        return RecordQueue.advanceStuck(dataSource);
    }

    /** The time of the database's clock, which delivery IDs are based on. */
    Instant now() throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement("select clock_timestamp()");
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /**
     * Releases all deliveries of this owner except these.
     *
     * @param before only deliveries that were stored before this time, by the database's clock
     * @return the number of released deliveries
     */
    int releaseForgotten(UUID owner, Set<UUID> known, Instant before) throws SQLException {
        return statements.update(RELEASE_FORGOTTEN, update -> update.bind("owner", owner)
                .bindArray("known", UUID.class, List.copyOf(known))
                .bind("before", before));
    }

    /** Releases a delivery that cannot be attempted before this time. */
    void putOff(UUID owner, UUID delivery, Instant until) throws SQLException {
        statements.update(
                PUT_OFF,
                update -> update.bind("until", until).bind("owner", owner).bind("delivery", delivery));
    }

    /** Cancels those of this owner's deliveries whose webhook gets no more events. */
    void cancel(UUID owner, List<UUID> deliveries) throws SQLException {
        statements.update(CANCEL, update -> update.bindArray("deliveries", UUID.class, deliveries)
                .bind("owner", owner));
    }
}
