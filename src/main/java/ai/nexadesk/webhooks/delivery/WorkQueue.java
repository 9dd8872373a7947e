package ai.nexadesk.webhooks.delivery;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * The deliveries that are not finished, as they stand in the database. The hot SQL of claiming stands here and nowhere else.
 */
@Singleton
class WorkQueue {

    /**
     * Goes from webhook to webhook, so that the backlog of one hides nobody else's work, and takes a few of each. Rows that
     * another replica is taking are passed over.
     */
    private static final String CLAIM = """
            with recursive waiting (webhook_id) as (
                (select webhook_id from work where owner is null order by webhook_id limit 1)
                union all
                select (select w.webhook_id from work w where w.owner is null and w.webhook_id > waiting.webhook_id
                    order by w.webhook_id limit 1)
                from waiting where waiting.webhook_id is not null
            ), picked as (
                select w.delivery_id from waiting
                cross join lateral (
                    select delivery_id from work
                    where owner is null and webhook_id = waiting.webhook_id and due_at <= ?
                    order by due_at limit ? for update skip locked
                ) w
                where waiting.webhook_id is not null and waiting.webhook_id <> all (?::text[])
                limit ?
            ), claimed as (
                update work set owner = ? from picked where work.delivery_id = picked.delivery_id
                returning work.*
            )
            select c.delivery_id, c.webhook_id, e.id, e.type, e.body, c.attempts, c.tries, c.trigger, c.scheduled_for,
                c.owner
            from claimed c join event e on e.key = c.event_key
            order by c.due_at
            """;

    /**
     * What a dead replica left is free again. Whether its request had been sent nobody knows: the log says so. A ping is not
     * tried again.
     */
    private static final String TAKE_OVER = """
            with dead as (
                select w.delivery_id, w.attempts + 1 as number, w.trigger, w.webhook_id
                from work w
                where w.owner is not null
                    and not exists (select from replica r where r.id = w.owner and r.lease_until > now())
                limit 500 for update of w skip locked
            ), logged as (
                insert into attempt (delivery_id, number, trigger, started_at, error_code, error_message, url,
                    request_headers)
                select d.delivery_id, d.number, d.trigger, ?, 'interrupted',
                    'The sender stopped before the outcome was known. The request may or may not have arrived.', h.url, '[]'
                from dead d join webhook h on h.id = d.webhook_id
                on conflict do nothing
            ), noted as (
                update delivery set attempts = d.number, attempted_at = ?, status_code = null, duration_ms = null,
                    error_code = 'interrupted', status = case when event_type = 'ping' then 'failed' else status end
                from dead d where id = d.delivery_id
                returning id, event_type
            ), dropped as (
                delete from work using noted where delivery_id = noted.id and noted.event_type = 'ping'
            )
            update work w set owner = null, attempts = d.number, due_at = ?,
                trigger = case when w.retry_requested then 'manual' else w.trigger end, retry_requested = false
            from dead d join noted n on n.id = d.delivery_id
            where w.delivery_id = d.delivery_id and n.event_type <> 'ping'
            """;

    private static final String FORGET_DEAD_REPLICAS = """
            delete from replica r where lease_until < now() - interval '1 hour'
                and not exists (select from work w where w.owner = r.id)
            """;

    private static final String RELEASE = """
            update work set owner = null,
                trigger = case when retry_requested then 'manual' else trigger end, retry_requested = false
            where owner = ? and delivery_id = any (?::uuid[])
            """;

    /** The youngest may have been committed by a publisher's thread that has not lined them up yet. */
    private static final String RELEASE_FORGOTTEN = """
            update work set owner = null,
                trigger = case when retry_requested then 'manual' else trigger end, retry_requested = false
            where owner = ? and delivery_id <> all (?::uuid[])
                and uuid_extract_timestamp(delivery_id) < now() - interval '10 seconds'
            """;

    private static final String PUT_OFF = """
            update work set owner = null, due_at = ?,
                trigger = case when retry_requested then 'manual' else trigger end, retry_requested = false
            where owner = ? and delivery_id = ?
            """;

    private static final String CANCEL = """
            with gone as (delete from work where delivery_id = any (?::uuid[]) and owner = ? returning delivery_id)
            update delivery set status = 'cancelled' from gone
            where id = gone.delivery_id and status in ('queued', 'retrying')
            """;

    private static final String END_ALL = """
            with gone as (delete from work where webhook_id = ? returning delivery_id)
            update delivery set status = ? from gone
            where id = gone.delivery_id and status in ('queued', 'retrying')
            """;

    private static final String HOLD = """
            update work set scheduled_for = case when trigger = 'automatic' then due_at else scheduled_for end,
                due_at = timestamptz '9999-12-31Z'
            where webhook_id = ? and owner is null and due_at < timestamptz '9999-12-31Z'
            """;

    private static final String RESUME = """
            update work set due_at = case when trigger = 'automatic' then greatest(scheduled_for, ?) else ? end,
                scheduled_for = case when trigger = 'automatic' then null else scheduled_for end
            where webhook_id = ? and owner is null and due_at = timestamptz '9999-12-31Z'
            """;

    /** Repairs what a hold and a resume at the same moment can leave behind. */
    private static final String RESUME_ALL = """
            update work w set due_at = case when w.trigger = 'automatic' then greatest(w.scheduled_for, ?) else ? end,
                scheduled_for = case when w.trigger = 'automatic' then null else w.scheduled_for end
            from webhook h
            where w.owner is null and w.due_at = timestamptz '9999-12-31Z' and h.id = w.webhook_id and h.status = 'active'
            """;

    private static final String RETRY = """
            insert into work (delivery_id, workspace_id, webhook_id, event_key, attempts, trigger, due_at)
            select d.id, d.workspace_id, d.webhook_id, d.event_key, d.attempts, 'manual', ?
            from delivery d join webhook h on h.id = d.webhook_id and h.status = 'active' and h.deleted_at is null
            where d.workspace_id = ? and d.event_type <> 'ping' and d.id = any (?::uuid[])
                and exists (select from event e where e.key = d.event_key)
            on conflict (delivery_id) do update set
                retry_requested = work.owner is not null,
                scheduled_for = case when work.owner is null and work.trigger = 'automatic'
                    then work.due_at else work.scheduled_for end,
                due_at = case when work.owner is null then excluded.due_at else work.due_at end,
                trigger = case when work.owner is null then 'manual' else work.trigger end
            """;

    private final DataSource dataSource;

    WorkQueue(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Leases what is due.
     *
     * @param now by the application's clock, which the retry times follow
     * @param perWebhook how many of one webhook at most
     * @param except webhooks for which there is no room
     * @param limit how many in all at most
     */
    List<Lease> claim(UUID owner, Instant now, int perWebhook, Collection<String> except, int limit)
            throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLAIM)) {
            statement.setObject(1, at(now));
            statement.setInt(2, perWebhook);
            statement.setArray(3, connection.createArrayOf("text", except.toArray()));
            statement.setInt(4, limit);
            statement.setObject(5, owner);
            var leases = new ArrayList<Lease>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    leases.add(lease(rows));
                }
            }
            return leases;
        }
    }

    private static Lease lease(ResultSet row) throws SQLException {
        @Nullable Timestamp scheduledFor = row.getTimestamp(9);
        return new Lease(
                row.getObject(1, UUID.class),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBytes(5),
                row.getInt(6),
                row.getInt(7),
                Trigger.of(row.getString(8)),
                scheduledFor == null ? null : scheduledFor.toInstant(),
                row.getObject(10, UUID.class));
    }

    /**
     * Frees what replicas left whose lease has ended, and notes an interrupted attempt for each.
     *
     * @return how many
     */
    int takeOver(Instant now) throws SQLException {
        try (var connection = dataSource.getConnection();
                var takeOver = connection.prepareStatement(TAKE_OVER);
                var forget = connection.prepareStatement(FORGET_DEAD_REPLICAS)) {
            takeOver.setObject(1, at(now));
            takeOver.setObject(2, at(now));
            takeOver.setObject(3, at(now));
            int freed = takeOver.executeUpdate();
            forget.executeUpdate();
            return freed;
        }
    }

    /** Gives back what this owner has leased and not begun. */
    void release(UUID owner, List<UUID> deliveries) throws SQLException {
        update(RELEASE, (connection, statement) -> {
            statement.setObject(1, owner);
            statement.setArray(2, ids(connection, deliveries));
        });
    }

    /**
     * Gives back what this owner has leased, but for these.
     *
     * @return how many
     */
    int releaseForgotten(UUID owner, Set<UUID> known) throws SQLException {
        return update(RELEASE_FORGOTTEN, (connection, statement) -> {
            statement.setObject(1, owner);
            statement.setArray(2, ids(connection, known));
        });
    }

    /** Gives a delivery back that cannot be attempted before this time. */
    void putOff(UUID owner, UUID delivery, Instant until) throws SQLException {
        update(PUT_OFF, (connection, statement) -> {
            statement.setObject(1, at(until));
            statement.setObject(2, owner);
            statement.setObject(3, delivery);
        });
    }

    /** Cancels deliveries that this owner has leased and whose webhook takes nothing more. */
    void cancel(UUID owner, List<UUID> deliveries) throws SQLException {
        update(CANCEL, (connection, statement) -> {
            statement.setArray(1, ids(connection, deliveries));
            statement.setObject(2, owner);
        });
    }

    /** Ends all unfinished deliveries of a webhook with this status. */
    void endAll(String webhookId, DeliveryStatus status) throws SQLException {
        update(END_ALL, (connection, statement) -> {
            statement.setString(1, webhookId);
            statement.setString(2, status.word());
        });
    }

    /** Lets none of a webhook's waiting deliveries become due. */
    void hold(String webhookId) throws SQLException {
        update(HOLD, (connection, statement) -> statement.setString(1, webhookId));
    }

    /** Lets a webhook's held deliveries become due when they were, or now. */
    void resume(String webhookId, Instant now) throws SQLException {
        update(RESUME, (connection, statement) -> {
            statement.setObject(1, at(now));
            statement.setObject(2, at(now));
            statement.setString(3, webhookId);
        });
    }

    /** Lets the held deliveries of all active webhooks become due. */
    void resumeAll(Instant now) throws SQLException {
        update(RESUME_ALL, (connection, statement) -> {
            statement.setObject(1, at(now));
            statement.setObject(2, at(now));
        });
    }

    /**
     * Asks for one more attempt of each of these deliveries, now or as soon as the attempt ends that is on its way.
     *
     * @return how many it was possible for: their webhook is active and their event is kept
     */
    int retry(String workspaceId, Set<UUID> deliveries, Instant now) throws SQLException {
        return update(RETRY, (connection, statement) -> {
            statement.setObject(1, at(now));
            statement.setString(2, workspaceId);
            statement.setArray(3, ids(connection, deliveries));
        });
    }

    private interface Parameters {
        void set(Connection connection, PreparedStatement statement) throws SQLException;
    }

    private int update(String sql, Parameters parameters) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            parameters.set(connection, statement);
            return statement.executeUpdate();
        }
    }

    private static java.sql.Array ids(Connection connection, Collection<UUID> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.toArray());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
