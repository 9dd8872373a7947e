package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.delivery.JobIds;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import jakarta.persistence.LockModeType;

/** Finds and counts jobs. */
final class JobQueries {

    /** Hibernate's value for PostgreSQL's {@code skip locked}: skips rows that another replica is working on. */
    private static final int SKIP_LOCKED = -2;

    private JobQueries() {}

    /** The job with this public ID, if it belongs to this workspace. */
    static Optional<Job> inWorkspace(String workspaceId, String publicId) {
        return JobIds.parse(publicId).flatMap(id -> Job.find("id = ?1 and workspaceId = ?2", id, workspaceId)
                .firstResultOptional());
    }

    /** Whether a job is sending past events to this webhook, or, for null, to all webhooks. */
    static boolean isSendingTo(String workspaceId, @Nullable String webhookId) {
        return Job.count(
                        "workspaceId = ?1 and kind <> ?2 and status = ?3 and coalesce(webhookId, '') = ?4",
                        workspaceId,
                        Job.Kind.RETRY,
                        Job.State.RUNNING,
                        webhookId == null ? "" : webhookId)
                > 0;
    }

    /** Whether a recovery of the events that this webhook missed was started after this moment. */
    static boolean hasRecovered(Webhook webhook, Instant after) {
        return Job.count(
                        "workspaceId = ?1 and coalesce(webhookId, ?2) = ?2 and kind = ?3 and createdAt > ?4",
                        webhook.workspaceId,
                        webhook.id,
                        Job.Kind.RECOVER,
                        after)
                > 0;
    }

    /** The newest jobs of a workspace, at most {@code most}. */
    static List<Job> newest(String workspaceId, int most) {
        return Job.find("workspaceId = ?1 order by id desc", workspaceId)
                .page(0, most)
                .list();
    }

    /**
     * Locks the job that takes the next step. Workspaces take turns, with a pause after each step, and so do the jobs
     * of a workspace: the one that has waited longest is next.
     */
    static Optional<Job> next(Instant now) {
        return Job.find(
                        "from Job j where j.status = ?1 and j.steppedAt <= ?2 and not exists (select 1 from Job o"
                                + " where o.workspaceId = j.workspaceId and o.status = ?1 and (o.steppedAt > ?2"
                                + " or o.steppedAt < j.steppedAt or o.steppedAt = j.steppedAt and o.id < j.id))"
                                + " order by (select max(o.steppedAt) from Job o"
                                + " where o.workspaceId = j.workspaceId and o.status = ?1)",
                        Job.State.RUNNING,
                        now.minus(Job.PAUSE))
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .withHint("jakarta.persistence.lock.timeout", SKIP_LOCKED)
                .page(0, 1)
                .firstResultOptional();
    }
}
