package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.Webhooks;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;

/** Begins, shows and cancels jobs; {@link JobRunner} does them. */
@ApplicationScoped
public class Jobs {

    /** How long somebody waits at most to be told how many events were missed. */
    private static final Duration COUNTING = Duration.ofSeconds(2);

    /** Events that were being published when a webhook became active may have been missed, too. */
    private static final Duration TAKING_EFFECT = Duration.ofMinutes(1);

    private static final int SHOWN = 100;

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final PastEvents past;
    private final InstantSource clock;

    Jobs(Webhooks webhooks, DeliveryLog log, PastEvents past, InstantSource clock) {
        this.webhooks = webhooks;
        this.log = log;
        this.past = past;
        this.clock = clock;
    }

    /**
     * How many deliveries a job would have.
     *
     * @param matching counted at most to {@link ListPage#COUNTED_UP_TO}
     * @param isLowerBound whether there may be more
     */
    public record Count(int matching, boolean isLowerBound) {}

    /** A time in which a webhook got no events. */
    public record Pause(Instant from, Instant to) {}

    /** How many deliveries this filter matches. */
    public Count countFailed(LogFilter failed, Caller caller) {
        var total = log.count(caller.workspaceId(), failed);
        return new Count((int) total.counted(), total.isLowerBound());
    }

    /**
     * Begins to retry the failed deliveries that this filter matches. A job of none is done at once. Where the filter names no webhook,
     * those that are not active are passed over.
     *
     * @throws ApiException 404 if there is no such webhook, 409 if it is not active
     */
    @Transactional
    public Job retry(LogFilter failed, Caller caller) {
        if (failed.webhookId() != null) {
            webhooks.get(failed.webhookId(), caller).requireActive("retry");
        }
        var job = Job.retry(failed, countFailed(failed, caller).matching(), caller, clock.instant());
        return begin(job, job.total == 0, "delivery.retried_all", caller);
    }

    /**
     * How many past events there are for a webhook in this filter's span of time and of its types.
     *
     * @throws ApiException 404 if there is no such webhook
     */
    public Count countPast(PastEvents.Choice choice, LogFilter span, Caller caller) {
        var webhookId = Objects.requireNonNull(span.webhookId());
        webhooks.get(webhookId, caller);
        var wanted = new PastEvents.Wanted(caller.workspaceId(), webhookId, choice, span.eventTypes(), null);
        var until = DeliveryIds.lowest(span.until() == null ? clock.instant() : span.until());
        var after = DeliveryIds.lowest(Objects.requireNonNull(span.since()));
        long deadline = System.nanoTime() + COUNTING.toNanos();
        int counted = 0;
        try {
            while (after != null && counted < ListPage.COUNTED_UP_TO && System.nanoTime() < deadline) {
                var piece = past.next(wanted, after, until, ListPage.COUNTED_UP_TO - counted);
                counted += piece.events().size();
                after = piece.end();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Past events cannot be counted now", e);
        }
        return new Count(counted, after != null);
    }

    /**
     * Begins to send past events to a webhook.
     *
     * @throws ApiException 404 if there is no such webhook, 409 if it is not active or is being sent past events already
     */
    @Transactional
    public Job send(PastEvents.Choice choice, LogFilter span, Caller caller) {
        var webhook = webhooks.get(Objects.requireNonNull(span.webhookId()), caller);
        boolean isRecovery = choice == PastEvents.Choice.MISSED;
        webhook.requireActive(isRecovery ? "recover missed events" : "send past events");
        // Locked, so that two requests at once cannot both begin.
        Webhook.getEntityManager().refresh(webhook, LockModeType.PESSIMISTIC_WRITE);
        if (Job.isSendingTo(webhook.id)) {
            throw ApiException.conflict(
                    "recovery_under_way",
                    "A recovery or replay is already running for this webhook. Wait for it to finish, or cancel it.");
        }
        var bounded = span.until() == null ? span.until(clock.instant()) : span;
        var count = countPast(choice, bounded, caller);
        var job = Job.send(choice, bounded, count.matching(), caller, clock.instant());
        return begin(
                job,
                count.matching() == 0 && !count.isLowerBound(),
                isRecovery ? "webhook.recovered" : "webhook.replayed",
                caller);
    }

    private Job begin(Job job, boolean nothing, String action, Caller caller) {
        if (nothing) {
            job.end(Job.State.DONE, null, clock.instant());
        }
        job.persist();
        AuditEntry.record(
                caller,
                action,
                job.webhookId == null ? "" : job.webhookId,
                job.publicId() + ", " + job.total + " deliveries");
        return job;
    }

    /** When a webhook stopped getting events the last time; when it was created, if it never did. */
    public Instant stoppedAt(Webhook webhook) {
        try {
            var at = past.stoppedAt(webhook.id);
            return at == null ? webhook.createdAt : at;
        } catch (SQLException e) {
            throw new IllegalStateException("The history of a webhook cannot be read now", e);
        }
    }

    /** The last time in which an active webhook got no events, if nobody has recovered what it missed. */
    @Transactional
    public Optional<Pause> unrecoveredPause(Webhook webhook) {
        try {
            var from = webhook.isActive() ? past.stoppedAt(webhook.id) : null;
            var to = from == null ? null : past.resumedAt(webhook.id, from);
            return from == null || to == null || Job.hasRecovered(webhook.id, from)
                    ? Optional.empty()
                    : Optional.of(new Pause(from, to.plus(TAKING_EFFECT)));
        } catch (SQLException e) {
            throw new IllegalStateException("The history of a webhook cannot be read now", e);
        }
    }

    /** The newest jobs of the caller's workspace, newest first. */
    @Transactional
    public List<Job> newest(Caller caller) {
        return Job.newest(caller.workspaceId(), SHOWN);
    }

    /** The webhooks that these jobs are about, by their ids. */
    @Transactional
    public Map<String, Webhook> webhooksOf(List<Job> jobs, Caller caller) {
        var ids =
                jobs.stream().map(job -> job.webhookId).filter(Objects::nonNull).toList();
        return Webhook.everInWorkspace(caller.workspaceId(), ids);
    }

    /** The job with this id in the caller's workspace, or 404. */
    @Transactional
    public Job get(String id, Caller caller) {
        return Job.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
    }

    /**
     * Ends a job before it is through; what it has done stays done.
     *
     * @throws ApiException 404 if there is no such job, 409 if it has ended
     */
    @Transactional
    public Job cancel(String id, Caller caller) {
        var job = get(id, caller);
        Job.getEntityManager().refresh(job, LockModeType.PESSIMISTIC_WRITE);
        if (!job.isRunning()) {
            throw ApiException.conflict("job_ended", "This job has already ended.");
        }
        job.end(Job.State.CANCELLED, "Cancelled by " + caller.name() + ".", clock.instant());
        AuditEntry.record(caller, "job.cancelled", id, job.made + " of " + job.total);
        return job;
    }
}
