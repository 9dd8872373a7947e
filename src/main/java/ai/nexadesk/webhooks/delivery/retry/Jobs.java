package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import ai.nexadesk.webhooks.webhook.Webhooks;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;

/** Starts, shows and cancels jobs. {@link JobRunner} runs them. */
@ApplicationScoped
public class Jobs {

    /** Maximum time for counting missed events. */
    private static final Duration COUNTING = Duration.ofSeconds(2);

    /** Events that were being published when a webhook became active may also have been missed. */
    private static final Duration TAKING_EFFECT = Duration.ofMinutes(1);

    private static final int SHOWN = 100;

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final PastEvents past;
    private final WebhookHealth health;
    private final InstantSource clock;

    Jobs(Webhooks webhooks, DeliveryLog log, PastEvents past, WebhookHealth health, InstantSource clock) {
        this.webhooks = webhooks;
        this.log = log;
        this.past = past;
        this.health = health;
        this.clock = clock;
    }

    /**
     * The number of deliveries that a job would process.
     *
     * @param matching the number, up to {@link ListPage#COUNTED_UP_TO}
     * @param isLowerBound whether there may be more
     */
    public record Count(int matching, boolean isLowerBound) {

        /** Whether there are certainly none. */
        public boolean isNone() {
            return matching == 0 && !isLowerBound;
        }

        Count plus(Count other) {
            return new Count(matching + other.matching, isLowerBound || other.isLowerBound);
        }
    }

    /** A period in which a webhook received no events. */
    public record Pause(Instant from, Instant to) {}

    /** How many deliveries this filter matches. */
    public Count countFailed(LogFilter failed, Caller caller) {
        var totals = failed.ofEachStatus().stream()
                .map(each -> log.count(caller.workspaceId(), each))
                .toList();
        return new Count(
                (int) totals.stream().mapToLong(DeliveryLog.Total::counted).sum(),
                totals.stream().anyMatch(DeliveryLog.Total::isLowerBound));
    }

    /**
     * Starts a job that retries the failed deliveries matching this filter. A job without deliveries ends immediately. If the
     * filter names no webhook, inactive ones are skipped.
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

    /** Counts past events for a webhook in this filter's period and of its types. */
    public Count countPast(PastEvents.Choice choice, LogFilter span, Caller caller) {
        var webhookId = Objects.requireNonNull(span.webhookId());
        webhooks.get(webhookId, caller);
        return countPast(choice, span, webhookId, caller, System.nanoTime() + COUNTING.toNanos());
    }

    private Count countPast(PastEvents.Choice choice, LogFilter span, String webhookId, Caller caller, long deadline) {
        var wanted = new PastEvents.Wanted(caller.workspaceId(), webhookId, choice, span.eventTypes(), null);
        var until = UuidV7.lowestAt(span.until() == null ? clock.instant() : span.until());
        var after = UuidV7.lowestAt(Objects.requireNonNull(span.since()));
        int counted = 0;
        while (after != null && counted < ListPage.COUNTED_UP_TO && System.nanoTime() < deadline) {
            var piece = past.next(wanted, after, until, ListPage.COUNTED_UP_TO - counted);
            counted += piece.events().size();
            after = piece.end();
        }
        return new Count(counted, after != null);
    }

    /**
     * What is left to recover after an outage.
     *
     * @param failed deliveries that have no automatic retries left
     * @param retrying deliveries that will be tried again
     * @param missed events that were not delivered because a webhook was not active
     */
    public record Recoverable(Count failed, Count retrying, Count missed) {

        /** The total. */
        public Count all() {
            return failed.plus(retrying).plus(missed);
        }
    }

    /** Counts deliveries and events left to recover in this filter's period, for its webhook or for all. */
    public Recoverable countLeft(LogFilter span, Caller caller) {
        long deadline = System.nanoTime() + COUNTING.toNanos();
        var missed = webhooksIn(span, caller).stream()
                .map(webhook -> countPast(PastEvents.Choice.MISSED, span, webhook.id, caller, deadline))
                .reduce(new Count(0, false), Count::plus);
        return new Recoverable(
                countFailed(span.in(DeliveryStatus.FAILED), caller),
                countFailed(span.in(DeliveryStatus.RETRYING), caller),
                missed);
    }

    /** The webhook that a filter names, or all. */
    private List<Webhook> webhooksIn(LogFilter span, Caller caller) {
        return span.webhookId() == null ? webhooks.all(caller) : List.of(webhooks.get(span.webhookId(), caller));
    }

    /**
     * Starts a job that retries failed and retrying deliveries of this filter's period and delivers missed events, for its webhook
     * or for all active ones.
     *
     * @throws ApiException 404 if there is no such webhook, 409 if it is not active, or a recovery is under way
     */
    @Transactional
    public Job recover(LogFilter span, Caller caller) {
        var wanted = webhooksIn(span, caller);
        if (span.webhookId() != null) {
            wanted.get(0).requireActive("recover missed events");
        }
        lockForJob(span.webhookId(), wanted, caller);
        var bounded = span.until() == null ? span.until(clock.instant()) : span;
        var count = countLeft(bounded, caller).all();
        var ids = wanted.stream()
                .filter(Webhook::isActive)
                .map(webhook -> webhook.id)
                .toList();
        var job = Job.recover(bounded, ids, count.matching(), caller, clock.instant());
        return begin(job, count.isNone(), "webhook.recovered", caller);
    }

    /**
     * Creates the delivery of one event that its webhook, or any active one, missed in this filter's period.
     *
     * @return the delivery; empty if none was found in time
     * @throws ApiException 409 if past events are already being sent
     */
    @Transactional
    public Optional<UUID> deliverOneMissed(LogFilter span, Caller caller) {
        long deadline = System.nanoTime() + COUNTING.toNanos();
        var until = UuidV7.lowestAt(span.until() == null ? clock.instant() : span.until());
        var wantedBy = webhooksIn(span, caller);
        lockForJob(span.webhookId(), wantedBy, caller);
        try {
            for (var webhook : wantedBy) {
                var wanted = new PastEvents.Wanted(
                        caller.workspaceId(), webhook.id, PastEvents.Choice.MISSED, List.of(), null);
                var after = webhook.isActive() ? UuidV7.lowestAt(Objects.requireNonNull(span.since())) : null;
                while (after != null && System.nanoTime() < deadline) {
                    var piece = past.next(wanted, after, until, 1);
                    if (!piece.events().isEmpty()) {
                        AuditEntry.record(caller, "webhook.recovered", webhook.id, "1 delivery");
                        return past.deliver(wanted, piece.events(), clock.instant()).stream()
                                .findFirst();
                    }
                    after = piece.end();
                }
            }
            return Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException("Missed events cannot be delivered now", e);
        }
    }

    /**
     * Locks one of these webhooks, so that two concurrent requests cannot both start a job. Fails if past events are
     * already being sent.
     */
    private static void lockForJob(@Nullable String webhookId, List<Webhook> wanted, Caller caller) {
        wanted.stream().min(Comparator.comparing(webhook -> webhook.id)).ifPresent(first -> Webhook.getEntityManager()
                .refresh(first, LockModeType.PESSIMISTIC_WRITE));
        if (JobQueries.isSendingTo(caller.workspaceId(), webhookId)) {
            throw ApiException.conflict(
                    "recovery_under_way",
                    "A recovery or replay is already running"
                            + (webhookId == null ? " in this workspace" : " for this webhook")
                            + ". Wait for it to finish, or cancel it.");
        }
    }

    /**
     * Starts a job that sends past events to a webhook.
     *
     * @throws ApiException 404 if there is no such webhook, 409 if it is not active or is being sent past events already
     */
    @Transactional
    public Job replay(PastEvents.Choice choice, LogFilter span, Caller caller) {
        var webhook = webhooks.get(Objects.requireNonNull(span.webhookId()), caller);
        webhook.requireActive("send past events");
        lockForJob(webhook.id, List.of(webhook), caller);
        var bounded = span.until() == null ? span.until(clock.instant()) : span;
        var count = countPast(choice, bounded, caller);
        var job = Job.replay(choice, bounded, count.matching(), caller, clock.instant());
        return begin(job, count.isNone(), "webhook.replayed", caller);
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
                job.publicId() + ", " + Formats.of(job.total, "delivery", "deliveries"));
        return job;
    }

    /**
     * When the problems of this webhook, or of any, began: it stopped receiving events, or its attempts began to fail; empty if
     * there are none.
     */
    @Transactional
    public Optional<Instant> problemsSince(@Nullable String webhookId, Caller caller) {
        var wanted = webhookId == null ? webhooks.all(caller) : List.of(webhooks.get(webhookId, caller));
        var poor = health.ofAll(wanted.stream().map(webhook -> webhook.id).toList()).values().stream()
                .filter(Health::needsAttention)
                .map(Health::since);
        var paused = wanted.stream()
                .map(webhook -> webhook.isActive()
                        ? unrecoveredPause(webhook).map(Pause::from).orElse(null)
                        : stoppedAt(webhook));
        return Stream.concat(poor, paused).filter(Objects::nonNull).min(Comparator.naturalOrder());
    }

    /** When a webhook last stopped receiving events; its creation time if it never did. */
    public Instant stoppedAt(Webhook webhook) {
        return past.stoppedAt(webhook.id).orElse(webhook.createdAt);
    }

    /** The last period in which an active webhook received no events, unless it was recovered. */
    @Transactional
    public Optional<Pause> unrecoveredPause(Webhook webhook) {
        return webhook.isActive() ? past.stoppedAt(webhook.id).flatMap(from -> pause(webhook, from)) : Optional.empty();
    }

    private Optional<Pause> pause(Webhook webhook, Instant from) {
        return past.resumedAt(webhook.id, from)
                .filter(to -> !JobQueries.hasRecovered(webhook, from))
                .map(to -> new Pause(from, to.plus(TAKING_EFFECT)));
    }

    /** The newest jobs of the caller's workspace, newest first. */
    @Transactional
    public List<Job> newest(Caller caller) {
        return JobQueries.newest(caller.workspaceId(), SHOWN);
    }

    /** The webhooks of these jobs, by ID. */
    @Transactional
    public Map<String, Webhook> webhooksOf(List<Job> jobs, Caller caller) {
        var ids =
                jobs.stream().map(job -> job.webhookId).filter(Objects::nonNull).toList();
        return Webhook.findEvenDeleted(caller.workspaceId(), ids);
    }

    /** The job with this ID in the caller's workspace, or 404. */
    @Transactional
    public Job get(String id, Caller caller) {
        return JobQueries.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
    }

    /**
     * Cancels a job. Retries that it has started continue.
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
