package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.database.Engine;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * The leases on deliveries that are not finished, as they stand in the database. The hot SQL of claiming stands here and
 * nowhere else. What people change about deliveries that wait is in {@link Backlog}.
 */
@Singleton
class WorkQueue {

    /** What one statement frees of what dead replicas left. */
    static final int TAKEN_OVER_AT_ONCE = 500;

    /**
     * Goes from webhook to webhook, so that the backlog of one hides nobody else's work, and takes a few of each. Rows that
     * another replica is taking are passed over.
     */
    private static final String CLAIM = """
            with recursive waiting (webhook_id) as (
                (select webhook_id from work where owner is null and webhook_id > ? order by webhook_id limit 1)
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
            select c.delivery_id, c.workspace_id, c.webhook_id, e.id, e.type, e.body, c.attempts, c.tries, c.trigger,
                c.scheduled_for, c.owner, max(c.webhook_id) over ()
            from claimed c join event e on e.key = c.event_key
            order by c.due_at
            """;

    /**
     * What a dead replica left is free again. Whether its request had been sent nobody knows: the log says so. A ping is not
     * tried again.
     */
    private static final String TAKE_OVER = """
            with recursive owners (id) as (
                (select owner from work where owner is not null order by owner limit 1)
                union all
                select (select w.owner from work w where w.owner > owners.id order by w.owner limit 1)
                from owners where owners.id is not null
            ), dead as (
                select w.delivery_id, w.workspace_id, w.attempts + 1 as number, w.trigger, w.webhook_id
                from work w
                where w.owner = any (array(
                        select o.id from owners o where o.id is not null
                            and not exists (select from replica r where r.id = o.id and r.lease_until > now())))
                limit ? for update of w skip locked
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
                from dead d where delivery.workspace_id = d.workspace_id and id = d.delivery_id
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
            where owner = ? and delivery_id not in (select unnest(?::uuid[]))
                and uuid_extract_timestamp(delivery_id) < now() - interval '10 seconds'
            """;

    private static final String PUT_OFF = """
            update work set owner = null, due_at = ?,
                trigger = case when retry_requested then 'manual' else trigger end, retry_requested = false
            where owner = ? and delivery_id = ?
            """;

    private static final String CANCEL = """
            with gone as (delete from work where delivery_id = any (?::uuid[]) and owner = ? returning workspace_id, delivery_id)
            update delivery set status = 'cancelled' from gone
            where delivery.workspace_id = gone.workspace_id and id = gone.delivery_id and status in ('queued', 'retrying')
            """;

    private final DataSource dataSource;
    private final Statements statements;

    WorkQueue(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
        this.statements = new Statements(dataSource);
    }

    /**
     * What was claimed.
     *
     * @param leases the deliveries, now leased
     * @param last the webhook that the claim ended with, in the database's order; null if there is none
     */
    record Claimed(List<Lease> leases, @Nullable String last) {}

    /**
     * Leases what is due.
     *
     * @param now by the application's clock, which the retry times follow
     * @param after only of webhooks whose id comes after this one
     * @param perWebhook how many of one webhook at most
     * @param except webhooks for which there is no room
     * @param limit how many in all at most
     */
    Claimed claim(UUID owner, Instant now, String after, int perWebhook, Collection<String> except, int limit)
            throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, after);
            statement.setObject(2, Statements.at(now));
            statement.setInt(3, perWebhook);
            statement.setArray(4, connection.createArrayOf("text", except.toArray()));
            statement.setInt(5, limit);
            statement.setObject(6, owner);
            var leases = new ArrayList<Lease>();
            @Nullable String last = null;
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    leases.add(lease(rows));
                    last = rows.getString(12);
                }
            }
            return new Claimed(leases, last);
        }
    }

    private static Lease lease(ResultSet row) throws SQLException {
        @Nullable Timestamp scheduledFor = row.getTimestamp(10);
        return new Lease(
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
                row.getObject(11, UUID.class));
    }

    /**
     * Frees some of what replicas left whose lease has ended, and notes an interrupted attempt for each.
     *
     * @return how many; {@value #TAKEN_OVER_AT_ONCE} if there may be more
     */
    int takeOver(Instant now) throws SQLException {
        try (var connection = dataSource.getConnection();
                var takeOver = connection.prepareStatement(TAKE_OVER);
                var forget = connection.prepareStatement(FORGET_DEAD_REPLICAS)) {
            takeOver.setInt(1, TAKEN_OVER_AT_ONCE);
            takeOver.setObject(2, Statements.at(now));
            takeOver.setObject(3, Statements.at(now));
            takeOver.setObject(4, Statements.at(now));
            int freed = takeOver.executeUpdate();
            forget.executeUpdate();
            return freed;
        }
    }

    /** Gives back what this owner has leased and not begun. */
    void release(UUID owner, List<UUID> deliveries) throws SQLException {
        statements.update(RELEASE, (connection, statement) -> {
            statement.setObject(1, owner);
            statement.setArray(2, Statements.ids(connection, deliveries));
        });
    }

    /**
     * Gives back what this owner has leased, but for these.
     *
     * @return how many
     */
    int releaseForgotten(UUID owner, Set<UUID> known) throws SQLException {
        return statements.update(RELEASE_FORGOTTEN, (connection, statement) -> {
            statement.setObject(1, owner);
            statement.setArray(2, Statements.ids(connection, known));
        });
    }

    /** Gives a delivery back that cannot be attempted before this time. */
    void putOff(UUID owner, UUID delivery, Instant until) throws SQLException {
        statements.update(PUT_OFF, (connection, statement) -> {
            statement.setObject(1, Statements.at(until));
            statement.setObject(2, owner);
            statement.setObject(3, delivery);
        });
    }

    /** Cancels deliveries that this owner has leased and whose webhook takes nothing more. */
    void cancel(UUID owner, List<UUID> deliveries) throws SQLException {
        statements.update(CANCEL, (connection, statement) -> {
            statement.setArray(1, Statements.ids(connection, deliveries));
            statement.setObject(2, owner);
        });
    }
}
