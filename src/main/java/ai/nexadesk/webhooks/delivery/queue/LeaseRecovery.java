package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import org.jdbi.v3.core.Jdbi;

import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import jakarta.inject.Singleton;

/**
 * Frees the deliveries of replicas whose lease has ended. Reads only the work of those replicas, so that dead index
 * entries of live replicas, which an old transaction may keep from being removed, cost nothing.
 */
@Singleton
public class LeaseRecovery {

    /** Maximum deliveries freed per statement. */
    private static final int AT_ONCE = 500;

    /**
     * Frees the deliveries of dead replicas. If an attempt may have begun, it is unknown whether the request arrived,
     * and the log says so. Pings are not retried. Deliveries keep their due time, so that a delivery that is taken over
     * repeatedly is not always last. The statement also ends the lease for good, so that a late renewal, which waits
     * for this statement, fails.
     */
    static final String TAKE_OVER = """
            with ended as (
                update replica set lease_until = '-infinity' where lease_until <= now() and id <> :self returning id
            ), dead as (
                select w.delivery_id, w.workspace_id, w.attempts + 1 as number, w.trigger, w.webhook_id, w.begun
                from work w
                where w.owner = any (array(select id from ended))
                limit :most for update of w skip locked
            ), logged as (
                insert into attempt (delivery_id, number, trigger, started_at, error_code, error_message, url,
                    request_headers)
                select d.delivery_id, d.number, d.trigger, :now, 'interrupted',
                    'The sender stopped before the outcome was known. The request may or may not have arrived.', h.url, '[]'
                from dead d join webhook h on h.id = d.webhook_id
                where d.begun
                on conflict do nothing
            ), noted as (
                update delivery set attempts = d.number, attempted_at = :now, status_code = null, duration_ms = null,
                    error_code = 'interrupted', status = case when event_type = 'ping' then 'failed' else status end
                from dead d
                where d.begun and delivery.workspace_id = d.workspace_id and delivery.webhook_id = d.webhook_id
                    and id = d.delivery_id
                returning id, event_type
            ), dropped as (
                delete from work where delivery_id = any (array(select id from noted where event_type = 'ping'))
            )
            update work w set attempts = case when d.begun then d.number else w.attempts end,
                due_at = least(w.due_at, :now), %s
            from dead d
            where w.delivery_id = any (array[d.delivery_id]) and d.delivery_id not in (select id from noted where event_type = 'ping')
            """.formatted(WorkQueue.SET_RELEASED);

    private static final String FORGET = """
            delete from replica r where lease_until = '-infinity' and not exists (select from work w where w.owner = r.id)
            """;

    /** Adopts work of removed replicas, whose statement may have been committed after the removal. */
    private static final String ADD_MISSING_REPLICAS = """
            with recursive owners (id) as (
                (select owner from work where owner is not null order by owner limit 1)
                union all
                select (select w.owner from work w where w.owner > owners.id order by w.owner limit 1)
                from owners where owners.id is not null
            )
            insert into replica (id, started_at, lease_until)
            select id, now(), '-infinity' from owners where id is not null on conflict do nothing
            """;

    private final Statements statements;

    LeaseRecovery(@Engine Jdbi jdbi) {
        this.statements = new Statements(jdbi);
    }

    /**
     * Frees the work of dead replicas, and records interrupted attempts.
     *
     * @param self this replica, which may not know yet that it has lost its lease
     * @return the number of freed deliveries
     */
    public int takeOver(UUID self, Instant now) throws SQLException {
        int all = 0;
        int freed;
        do {
            freed = statements.update(
                    TAKE_OVER,
                    update -> update.bind("self", self).bind("most", AT_ONCE).bind("now", now));
            all += freed;
        } while (freed > 0);
        statements.update(FORGET);
        return all;
    }

    /** Adds missing replicas that own work, so that it is taken over. */
    public void addMissingReplicas() throws SQLException {
        statements.update(ADD_MISSING_REPLICAS);
    }
}
