package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Changes waiting deliveries in the database when people change a webhook or request a retry. */
@Singleton
public class Backlog {

    /**
     * Deliveries without an owner end immediately. Deliveries of a replica may be in flight: they are marked, and the
     * replica ends them. The row is locked before this is decided, because a result may be recorded at the same time.
     */
    private static final String END = """
            with unfinished as materialized (
                select delivery_id, workspace_id, webhook_id, is_leased(owner) as leased from work
                where %s and (owner is null or owner is not null)
                order by 1 for update
            ), gone as (
                delete from work where delivery_id = any (array(select delivery_id from unfinished where not leased))
            ), left_to_the_owner as (
                update work set ended = true, retry_requested = false, scheduled_for = null
                where delivery_id = any (array(select delivery_id from unfinished where leased))
            )
            update delivery set status = ? from unfinished u
            where delivery.workspace_id = u.workspace_id and delivery.webhook_id = u.webhook_id and id = u.delivery_id
                and status in ('queued', 'retrying')
            """;

    private static final String END_ALL = END.formatted("webhook_id = ?");
    static final String CANCEL =
            END.formatted("delivery_id > ? and delivery_id < ? and workspace_id = ? and event_key = any (?)");
    private static final String SKIP = END.formatted("workspace_id = ? and delivery_id = ?");

    private static final String FORGET_ENDED = "delete from work where ended and not is_leased(owner)";

    private static final String HELD = """
            scheduled_for = case when trigger = 'automatic' then due_at else scheduled_for end, due_at = held_until()
            """;

    private static final String HOLD = """
            update work set %s
            where webhook_id = ? and owner is null and due_at < held_until()
            """.formatted(HELD);

    /** Waits for a concurrent verification, whose {@link #RESUME} would otherwise miss what is held here. */
    private static final String HOLD_UNVERIFIED = """
            with unverified as materialized (
                select id from webhook where id = ? and status = 'unverified' for share
            )
            update work set %s from unverified
            where webhook_id = unverified.id and owner is null and due_at < held_until()
            """.formatted(HELD);

    private static final String RESUME = """
            update work set due_at = case when trigger = 'automatic' then greatest(scheduled_for, ?) else ? end,
                scheduled_for = case when trigger = 'automatic' then null else scheduled_for end
            where webhook_id = ? and owner is null and due_at = held_until()
            """;

    /** Repairs the result of a concurrent hold and resume. */
    private static final String RESUME_ALL = """
            update work w set due_at = case when w.trigger = 'automatic' then greatest(w.scheduled_for, ?) else ? end,
                scheduled_for = case when w.trigger = 'automatic' then null else w.scheduled_for end
            from webhook h
            where w.owner is null and w.due_at = held_until() and h.id = w.webhook_id and h.status = 'active'
            """;

    /**
     * Waits for an attempt that is being recorded, and then reads the delivery again: with an outdated number of
     * attempts, the next attempt would get a number that exists already and be missing in the log. Locks in the same
     * order as recording. A bulk retry adds nothing to manual attempts that are still in progress.
     */
    private static final String RETRY = """
            with waiting as materialized (
                select delivery_id from work where delivery_id = any (?::uuid[]) order by 1 for update
            ), wanted as materialized (
                select d.id, d.workspace_id, d.webhook_id, d.event_key, d.attempts, d.replay, d.changed,
                    case when h.in_order then e.record end as record
                from delivery d join webhook h on h.id = d.webhook_id and h.status = 'active' and h.deleted_at is null
                join event e on e.key = d.event_key and not e.erased
                where d.workspace_id = ? and d.event_type <> 'ping' and d.id = any (?::uuid[])
                    and d.status = any (coalesce(?::text[], array['queued', 'retrying', 'delivered', 'failed', 'cancelled']))
                    and (select count(*) from waiting) >= 0
                for update of d
            )
            insert into work (delivery_id, workspace_id, webhook_id, event_key, attempts, trigger, due_at, replay, changed, record, owner)
            select id, workspace_id, webhook_id, event_key, attempts, 'manual', ?, replay, changed, record,
                case when record is not null then waiting_owner() end
            from wanted
            on conflict (delivery_id) do update set
                retry_requested = is_leased(work.owner) and (work.retry_requested or ? or work.trigger <> 'manual'),
                scheduled_for = case when not is_leased(work.owner) and work.trigger = 'automatic' and not work.ended
                    then work.due_at else work.scheduled_for end,
                due_at = case when is_leased(work.owner) then work.due_at else excluded.due_at end,
                trigger = case when is_leased(work.owner) then work.trigger else 'manual' end,
                ended = work.ended and is_leased(work.owner)
            """;

    private static final String ORDER = """
            with unfinished as materialized (
                select w.delivery_id, e.record from work w join event e on e.key = w.event_key and e.record is not null
                where w.webhook_id = ? and (w.owner is null or w.owner is not null)
                order by 1 for update of w
            )
            update work w set record = u.record, owner = coalesce(w.owner, waiting_owner()) from unfinished u
            where w.delivery_id = u.delivery_id
            returning w.webhook_id, w.record
            """;

    private static final String UNORDER = """
            with unfinished as materialized (
                select delivery_id from work
                where webhook_id = ? and (owner is null or owner is not null) and record is not null
                order by 1 for update
            )
            update work w set record = null, owner = nullif(owner, waiting_owner()) from unfinished u
            where w.delivery_id = u.delivery_id
            """;

    private final DataSource dataSource;
    private final Statements statements;

    Backlog(DataSource dataSource) {
        this.dataSource = dataSource;
        this.statements = new Statements(dataSource);
    }

    /** Ends all unfinished deliveries of a webhook with this status. */
    void endAll(String webhookId, DeliveryStatus status) throws SQLException {
        statements.update(END_ALL, (connection, statement) -> {
            statement.setString(1, webhookId);
            statement.setString(2, status.value());
        });
    }

    /**
     * Cancels all unfinished deliveries of these events (at least one), in the current transaction.
     *
     * @return the number of cancelled deliveries
     */
    public int cancel(String workspaceId, Collection<UUID> eventKeys) throws SQLException {
        var published = eventKeys.stream().map(DeliveryIds::madeAt).sorted().toList();
        return statements.update(CANCEL, (connection, statement) -> {
            statement.setObject(1, DeliveryIds.lowest(published.get(0)));
            statement.setObject(2, DeliveryIds.aboveThoseOf(published.get(published.size() - 1)));
            statement.setString(3, workspaceId);
            statement.setArray(4, Statements.ids(connection, eventKeys));
            statement.setString(5, DeliveryStatus.CANCELLED.value());
        });
    }

    /** Deletes ended work that was released without an attempt. */
    public int forgetEnded() throws SQLException {
        return statements.update(FORGET_ENDED, (connection, statement) -> {});
    }

    /** Holds a webhook's waiting deliveries. */
    void hold(String webhookId) throws SQLException {
        statements.update(HOLD, (connection, statement) -> statement.setString(1, webhookId));
    }

    /**
     * Holds a webhook's waiting deliveries, unless another replica has just verified it.
     *
     * @return the number of held deliveries
     */
    int holdUnverified(String webhookId) throws SQLException {
        return statements.update(HOLD_UNVERIFIED, (connection, statement) -> statement.setString(1, webhookId));
    }

    /** Resumes a webhook's held deliveries, with their original due time or now. */
    void resume(String webhookId, Instant now) throws SQLException {
        statements.update(RESUME, (connection, statement) -> {
            statement.setObject(1, Statements.at(now));
            statement.setObject(2, Statements.at(now));
            statement.setString(3, webhookId);
        });
    }

    /** Resumes the held deliveries of all active webhooks. */
    public int resumeAll(Instant now) throws SQLException {
        return statements.update(RESUME_ALL, (connection, statement) -> {
            statement.setObject(1, Statements.at(now));
            statement.setObject(2, Statements.at(now));
        });
    }

    /**
     * Requests another attempt of each of these deliveries, now or after the attempt in flight.
     *
     * @param statuses retries only deliveries with one of these statuses, checked after locking; null for all that can
     *     be retried
     * @return the number of retried deliveries: their webhook must be active, and their event must be stored and not
     *     erased
     */
    public int retry(
            String workspaceId, Set<UUID> deliveries, @Nullable Collection<DeliveryStatus> statuses, Instant now)
            throws SQLException {
        return inTurn(
                workspaceId,
                deliveries,
                () -> statements.update(RETRY, (connection, statement) -> {
                    var ids = Statements.ids(connection, deliveries);
                    statement.setArray(1, ids);
                    statement.setString(2, workspaceId);
                    statement.setArray(3, ids);
                    statement.setArray(
                            4,
                            statuses == null
                                    ? null
                                    : connection.createArrayOf(
                                            "text",
                                            statuses.stream()
                                                    .map(DeliveryStatus::value)
                                                    .toArray()));
                    statement.setObject(5, Statements.at(now));
                    statement.setBoolean(6, statuses == null);
                }));
    }

    /**
     * Ends an unfinished delivery as failed, so that the next one of its record can be sent.
     *
     * @return whether it was unfinished
     */
    public boolean skip(String workspaceId, UUID delivery) throws SQLException {
        return inTurn(
                        workspaceId,
                        Set.of(delivery),
                        () -> statements.update(SKIP, (connection, statement) -> {
                            statement.setString(1, workspaceId);
                            statement.setObject(2, delivery);
                            statement.setString(3, DeliveryStatus.FAILED.value());
                        }))
                > 0;
    }

    private interface Update {
        int make() throws SQLException;
    }

    /**
     * Makes a change while the records of these deliveries are locked, and then advances their queues, in the current
     * transaction.
     */
    private int inTurn(String workspaceId, Set<UUID> deliveries, Update change) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            var queues = RecordQueue.of(connection, workspaceId, deliveries);
            if (!queues.isEmpty()) {
                RecordQueue.lock(
                        connection, queues.stream().map(RecordQueue::record).toList());
            }
            int changed = change.make();
            RecordQueue.advance(connection, queues);
            return changed;
        }
    }

    /** Turns order on or off for the unfinished deliveries of a webhook, in the current transaction. */
    void order(String webhookId, boolean inOrder) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(inOrder ? ORDER : UNORDER)) {
            statement.setString(1, webhookId);
            var queues = new HashSet<RecordQueue>();
            if (inOrder) {
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        queues.add(new RecordQueue(rows.getString(1), rows.getString(2)));
                    }
                }
            } else {
                statement.executeUpdate();
            }
            RecordQueue.advance(connection, queues);
        }
    }
}
