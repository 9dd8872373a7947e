package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

import java.util.Collection;
import java.util.UUID;
import jakarta.inject.Singleton;

/** Counts the outcomes of attempts started by jobs. */
@Singleton
class JobOutcomes {

    private static final Logger LOG = Logger.getLogger(JobOutcomes.class);

    /** Registers only deliveries that will be attempted now. */
    private static final String EXPECT = """
            insert into job_delivery (job_id, delivery_id, workspace_id)
            select :job, delivery_id, workspace_id from work
            where delivery_id = any (:deliveries) and (trigger = 'manual' or retry_requested or attempts = 0)
            on conflict do nothing
            """;

    /** An attempt has ended when it is no longer pending. A delivery that is no longer stored counts as skipped. */
    private static final String COUNT = """
            with attempted as (
                select j.job_id, j.delivery_id, d.status from job_delivery j
                    left join delivery d on d.workspace_id = j.workspace_id and d.id = j.delivery_id
                where d.status is distinct from 'queued' and not exists (
                    select from work w where w.delivery_id = j.delivery_id and (w.trigger = 'manual' or w.retry_requested))
            ), counted as (
                delete from job_delivery j using attempted a
                where j.job_id = a.job_id and j.delivery_id = a.delivery_id
                returning a.job_id, a.status
            )
            update job set delivered = job.delivered + n.delivered, failed_again = job.failed_again + n.failed_again,
                made = job.made - n.skipped, passed_over = job.passed_over + n.skipped
            from (
                select job_id, count(*) filter (where status = 'delivered') as delivered,
                    count(*) filter (where status in ('failed', 'retrying')) as failed_again,
                    count(*) filter (where status is null or status = 'cancelled') as skipped
                from counted group by job_id
            ) n
            where job.id = n.job_id
            """;

    private final Jdbi inTransaction;
    private final Jdbi engine;

    JobOutcomes(Jdbi inTransaction, @Engine Jdbi engine) {
        this.inTransaction = inTransaction;
        this.engine = engine;
    }

    /**
     * Registers the attempts that a job has requested, in the current transaction.
     *
     * @return the number of deliveries that will be attempted
     */
    int expect(Job job, Collection<UUID> deliveries) {
        return inTransaction.withHandle(handle -> handle.createUpdate(EXPECT)
                .bind("job", job.id)
                .bindArray("deliveries", UUID.class, deliveries)
                .execute());
    }

    @Scheduled(identity = "job-outcomes", every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyTwoSeconds() {
        try {
            count();
        } catch (JdbiException e) {
            LOG.warnf("The outcomes of jobs could not be counted and will be counted later: %s", e.getMessage());
        }
    }

    /** Counts the attempts that have ended since the last call. */
    void count() {
        engine.useHandle(handle -> handle.execute(COUNT));
    }
}
