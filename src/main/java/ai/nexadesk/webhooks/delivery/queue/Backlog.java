package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
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
            update delivery set status = :status from unfinished u
            where delivery.workspace_id = u.workspace_id and delivery.webhook_id = u.webhook_id and id = u.delivery_id
                and status in ('queued', 'retrying')
            """;

    private static final String END_ALL = END.formatted("webhook_id = :webhook");
    static final String CANCEL = END.formatted(
            "delivery_id > :lowest and delivery_id < :highest and workspace_id = :workspace and event_key = any (:events)");
    private static final String SKIP = END.formatted("workspace_id = :workspace and delivery_id = :delivery");

    private static final String FORGET_ENDED = "delete from work where ended and not is_leased(owner)";

    private static final String HELD = """
            scheduled_for = case when trigger = 'automatic' then due_at else scheduled_for end, due_at = held_until()
            """;

    private static final String HOLD = """
            update work set %s
            where webhook_id = :webhook and owner is null and due_at < held_until()
            """.formatted(HELD);

    /** Waits for a concurrent verification, whose {@link #RESUME} would otherwise miss what is held here. */
    private static final String HOLD_UNVERIFIED = """
            with unverified as materialized (
                select id from webhook where id = :webhook and status = 'unverified' for share
            )
            update work set %s from unverified
            where webhook_id = unverified.id and owner is null and due_at < held_until()
            """.formatted(HELD);

    private static final String RESUME = """
            update work set due_at = case when trigger = 'automatic' then greatest(scheduled_for, :now) else :now end,
                scheduled_for = case when trigger = 'automatic' then null else scheduled_for end
            where webhook_id = :webhook and owner is null and due_at = held_until()
            """;

    /** Repairs the result of a concurrent hold and resume. */
    private static final String RESUME_ALL = """
            update work w set due_at = case when w.trigger = 'automatic' then greatest(w.scheduled_for, :now) else :now end,
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
                select delivery_id from work where delivery_id = any (:deliveries) order by 1 for update
            ), wanted as materialized (
                select d.id, d.workspace_id, d.webhook_id, d.event_key, d.attempts, d.replay, d.changed,
                    case when h.in_order then e.record end as record
                from delivery d join webhook h on h.id = d.webhook_id and h.status = 'active' and h.deleted_at is null
                join event e on e.key = d.event_key and not e.erased
                where d.workspace_id = :workspace and d.event_type <> 'ping' and d.id = any (:deliveries)
                    and d.status = any (:statuses)
                    and (select count(*) from waiting) >= 0
                for update of d
            )
            insert into work (delivery_id, workspace_id, webhook_id, event_key, attempts, trigger, due_at, replay, changed, record, owner)
            select id, workspace_id, webhook_id, event_key, attempts, 'manual', :now, replay, changed, record,
                case when record is not null then waiting_owner() end
            from wanted
            on conflict (delivery_id) do update set
                retry_requested = is_leased(work.owner) and (work.retry_requested or :single or work.trigger <> 'manual'),
                scheduled_for = case when not is_leased(work.owner) and work.trigger = 'automatic' and not work.ended
                    then work.due_at else work.scheduled_for end,
                due_at = case when is_leased(work.owner) then work.due_at else excluded.due_at end,
                trigger = case when is_leased(work.owner) then work.trigger else 'manual' end,
                ended = work.ended and is_leased(work.owner)
            """;

    private static final Set<DeliveryStatus> RETRYABLE = EnumSet.of(
            DeliveryStatus.QUEUED,
            DeliveryStatus.RETRYING,
            DeliveryStatus.DELIVERED,
            DeliveryStatus.FAILED,
            DeliveryStatus.CANCELLED);

    private static final String ORDER = """
            with unfinished as materialized (
                select w.delivery_id, e.record from work w join event e on e.key = w.event_key and e.record is not null
                where w.webhook_id = :webhook and (w.owner is null or w.owner is not null)
                order by 1 for update of w
            )
            update work w set record = u.record, owner = coalesce(w.owner, waiting_owner()) from unfinished u
            where w.delivery_id = u.delivery_id
            returning w.webhook_id, w.record
            """;

    private static final String UNORDER = """
            with unfinished as materialized (
                select delivery_id from work
                where webhook_id = :webhook and (owner is null or owner is not null) and record is not null
                order by 1 for update
            )
            update work w set record = null, owner = nullif(owner, waiting_owner()) from unfinished u
            where w.delivery_id = u.delivery_id
            """;

    private final Jdbi jdbi;
    private final Statements statements;

    Backlog(Jdbi jdbi) {
        this.jdbi = jdbi;
        this.statements = new Statements(jdbi);
    }

    /** Ends all unfinished deliveries of a webhook with this status. */
    void endAll(String webhookId, DeliveryStatus status) throws SQLException {
        statements.update(END_ALL, update -> update.bind("webhook", webhookId).bind("status", status.value()));
    }

    /**
     * Cancels all unfinished deliveries of these events (at least one), in the current transaction.
     *
     * @return the number of cancelled deliveries
     */
    public int cancel(String workspaceId, Collection<UUID> eventKeys) throws SQLException {
        var published = eventKeys.stream().map(UuidV7::timeOf).sorted().toList();
        return statements.update(CANCEL, update -> update.bind("lowest", UuidV7.lowestAt(published.get(0)))
                .bind("highest", DeliveryIds.aboveThoseOf(published.get(published.size() - 1)))
                .bind("workspace", workspaceId)
                .bindArray("events", UUID.class, eventKeys)
                .bind("status", DeliveryStatus.CANCELLED.value()));
    }

    /** Deletes ended work that was released without an attempt. */
    public int forgetEnded() throws SQLException {
        return statements.update(FORGET_ENDED);
    }

    /** Holds a webhook's waiting deliveries. */
    void hold(String webhookId) throws SQLException {
        statements.update(HOLD, update -> update.bind("webhook", webhookId));
    }

    /**
     * Holds a webhook's waiting deliveries, unless another replica has just verified it.
     *
     * @return the number of held deliveries
     */
    int holdUnverified(String webhookId) throws SQLException {
        return statements.update(HOLD_UNVERIFIED, update -> update.bind("webhook", webhookId));
    }

    /** Resumes a webhook's held deliveries, with their original due time or now. */
    void resume(String webhookId, Instant now) throws SQLException {
        statements.update(RESUME, update -> update.bind("webhook", webhookId).bind("now", now));
    }

    /** Resumes the held deliveries of all active webhooks. */
    public int resumeAll(Instant now) throws SQLException {
        return statements.update(RESUME_ALL, update -> update.bind("now", now));
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
        var wanted = statuses == null ? RETRYABLE : statuses;
        return inTurn(workspaceId, deliveries, RETRY, update -> update.bindArray("deliveries", UUID.class, deliveries)
                .bind("workspace", workspaceId)
                .bindArray(
                        "statuses",
                        String.class,
                        wanted.stream().map(DeliveryStatus::value).toList())
                .bind("now", now)
                .bind("single", statuses == null));
    }

    /**
     * Ends an unfinished delivery as failed, so that the next one of its record can be sent.
     *
     * @return whether it was unfinished
     */
    public boolean skip(String workspaceId, UUID delivery) throws SQLException {
        return inTurn(workspaceId, Set.of(delivery), SKIP, update -> update.bind("workspace", workspaceId)
                        .bind("delivery", delivery)
                        .bind("status", DeliveryStatus.FAILED.value()))
                > 0;
    }

    /**
     * Runs a statement while the records of these deliveries are locked, and then advances their queues, in the current
     * transaction.
     */
    private int inTurn(String workspaceId, Set<UUID> deliveries, String sql, UnaryOperator<Update> parameters)
            throws SQLException {
        return jdbi.withHandle(handle -> {
            var connection = handle.getConnection();
            var queues = RecordQueue.of(connection, workspaceId, deliveries);
            if (!queues.isEmpty()) {
                RecordQueue.lock(
                        connection, queues.stream().map(RecordQueue::record).toList());
            }
            int changed = statements.update(sql, parameters);
            RecordQueue.advance(connection, queues);
            return changed;
        });
    }

    /** Turns order on or off for the unfinished deliveries of a webhook, in the current transaction. */
    void order(String webhookId, boolean inOrder) throws SQLException {
        if (!inOrder) {
            statements.update(UNORDER, update -> update.bind("webhook", webhookId));
            return;
        }
        jdbi.useHandle(handle -> RecordQueue.advance(
                handle.getConnection(),
                handle.createQuery(ORDER)
                        .bind("webhook", webhookId)
                        .map(row -> new RecordQueue(
                                row.getColumn("webhook_id", String.class), row.getColumn("record", String.class)))
                        .set()));
    }
}
