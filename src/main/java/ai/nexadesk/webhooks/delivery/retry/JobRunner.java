package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliverySettings;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import ai.nexadesk.webhooks.tracing.LogIds;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Runs jobs. Every second, any replica runs one step of one job of each workspace, in turn. A step and the new position
 * are one transaction, so a crash neither skips nor repeats anything. Steps are small, and the fair scheduler keeps
 * them from delaying new events.
 */
@ApplicationScoped
class JobRunner {

    private static final Logger LOG = Logger.getLogger(JobRunner.class);

    /** Maximum jobs per round. Others wait for the next round. */
    private static final int AT_ONCE = 50;

    /** Maximum pieces of the log to search in one step. Most events in a piece belong to other workspaces. */
    private static final int SEARCHED = 10;

    private final DeliveryLog log;
    private final Backlog backlog;
    private final PastEvents past;
    private final JobOutcomes outcomes;
    private final Housekeeping housekeeping;
    private final InstantSource clock;
    private final int perSecond;

    JobRunner(
            DeliveryLog log,
            Backlog backlog,
            PastEvents past,
            JobOutcomes outcomes,
            Housekeeping housekeeping,
            InstantSource clock,
            DeliverySettings settings) {
        this.log = log;
        this.backlog = backlog;
        this.past = past;
        this.outcomes = outcomes;
        this.housekeeping = housekeeping;
        this.clock = clock;
        this.perSecond = settings.jobsPerSecond();
    }

    @Scheduled(identity = "jobs", every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everySecond() {
        run();
    }

    /** Runs one step of every job that is due. */
    void run() {
        int steps = 0;
        while (steps < AT_ONCE && step()) {
            steps++;
        }
        if (steps > 0) {
            housekeeping.soon();
        }
    }

    private boolean step() {
        var current = new Job[1];
        try {
            return DatabaseRole.ENGINE.call(() -> {
                var next = JobQueries.next(clock.instant());
                if (next.isEmpty()) {
                    return false;
                }
                var job = next.get();
                current[0] = job;
                job.steppedAt = clock.instant();
                go(job);
                return true;
            });
        } catch (RuntimeException e) {
            if (current[0] == null) {
                LOG.warnf("Jobs could not continue: %s", e.getMessage());
                return false;
            }
            LogIds.of("jobId", current[0].publicId())
                    .and("workspaceId", current[0].workspaceId)
                    .around(() -> LOG.warnf("A job step failed and will be retried: %s", e.getMessage()));
            return putOff(current[0].id);
        }
    }

    /** Postpones a job, so that other jobs get their turn. */
    private boolean putOff(UUID id) {
        return DatabaseRole.ENGINE.call(() -> Job.update("steppedAt = ?1 where id = ?2", clock.instant(), id) > 0);
    }

    /** Runs a step. Continues with the next part if the current one ends early. */
    private void go(Job job) throws SQLException {
        int room = perSecond;
        @Nullable String part = null;
        while (job.isRunning() && room > 0 && !job.part().equals(part)) {
            part = job.part();
            room -= job.isSending() ? send(job, room) : retry(job, room);
        }
    }

    private int retry(Job job, int room) throws SQLException {
        var part = log.read(job.workspaceId, job.filter(), job.position, room);
        var ids = part.entries().stream().map(entry -> entry.delivery().id).collect(Collectors.toSet());
        if (!ids.isEmpty()) {
            backlog.retry(job.workspaceId, ids, job.filter().statuses(), clock.instant());
        }
        int retried = ids.isEmpty() ? 0 : outcomes.expect(job, ids);
        job.made += retried;
        job.passedOver += ids.size() - retried;
        job.advance(part.next(), clock.instant());
        return ids.size();
    }

    private int send(Job job, int most) throws SQLException {
        var wanted = job.wanted();
        if (Webhook.inWorkspace(job.workspaceId, wanted.webhookId())
                .filter(Webhook::isActive)
                .isEmpty()) {
            if (job.webhookId == null) {
                job.advance(null, clock.instant());
                return 0;
            }
            job.end(Job.State.CANCELLED, "The webhook is no longer active.", clock.instant());
            return 0;
        }
        var until = UuidV7.lowestAt(Objects.requireNonNull(job.until));
        @Nullable UUID position = job.position;
        int room = most;
        for (int i = 0; i < SEARCHED && position != null && room > 0; i++) {
            var piece = past.next(wanted, position, until, room);
            if (!piece.events().isEmpty()) {
                outcomes.expect(job, past.deliver(wanted, piece.events(), clock.instant()));
            }
            job.made += piece.events().size();
            room -= piece.events().size();
            position = piece.end();
        }
        job.advance(position, clock.instant());
        return most - room;
    }
}
