package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.JobIds;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.delivery.log.LogPages;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.EnumeratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;

/**
 * Background work on many deliveries, done step by step until it is finished or cancelled. After a crash, at most one step is repeated.
 */
@Entity
public class Job extends PanacheEntityBase {

    /** Between two pieces. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Hibernate's value for PostgreSQL's {@code skip locked}: skips rows that another replica is working on. */
    private static final int SKIP_LOCKED = -2;

    /** What is done. */
    public enum Kind {
        /** Failed or retrying deliveries get one more attempt. */
        RETRY("retry"),

        /** Recovers from an outage: failed and retrying deliveries get one more attempt, and missed events are delivered. */
        RECOVER("recover"),

        /** Past events are sent, including those from before the webhook existed. */
        REPLAY("replay");

        @EnumeratedValue
        final String word;

        Kind(String word) {
            this.word = word;
        }

        /** Its name in the REST API. */
        public String word() {
            return word;
        }
    }

    /** How far it is. */
    public enum State {
        /** Running. */
        RUNNING("running"),

        /** Finished. */
        DONE("done"),

        /** Cancelled before it was finished. */
        CANCELLED("cancelled");

        @EnumeratedValue
        final String word;

        State(String word) {
            this.word = word;
        }

        /** Its name in the REST API. */
        public String word() {
            return word;
        }
    }

    /** Time-sorted. */
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    public UUID id;

    /** Whose deliveries. */
    public String workspaceId;

    /** What is done. */
    @Enumerated(EnumType.STRING)
    public Kind kind;

    /** Which past events are sent; null if it retries. */
    @Enumerated(EnumType.STRING)
    public PastEvents.@Nullable Choice choice;

    /** Only deliveries to this webhook; null for all of the workspace. */
    public @Nullable String webhookId;

    /** Only events of this type; null for all. */
    public @Nullable String eventType;

    /** In which states the deliveries were that it retries: failed, retrying, or both, separated by a comma. */
    String deliveryStatus = DeliveryStatus.FAILED.word();

    @Nullable
    String statusCode;

    @Nullable
    String text;

    @Nullable
    String record;

    /** Only what was made at this moment or later. */
    public @Nullable Instant since;

    /** Only what was made before this moment. */
    public @Nullable Instant until;

    /** How far it is. */
    @Enumerated(EnumType.STRING)
    public State status = State.RUNNING;

    /** Why it was cancelled; null if it was not. */
    public @Nullable String note;

    /** How many deliveries there were when it began; there may be more. */
    public int total;

    /** How many it has started. */
    public int made;

    /** How many it skipped: their webhook is not active, or their event is no longer stored. */
    public int passedOver;

    /** How many of them were delivered by the attempt that it asked for. */
    @Column(updatable = false)
    public int delivered;

    /** How many failed again. */
    @Column(updatable = false)
    public int failedAgain;

    /**
     * The remaining parts, the current one first: a status of deliveries to retry, or the ID of a webhook to send past events to.
     * Retrying deliveries come before failed ones, so that none is in both, and missed events come last.
     */
    List<String> parts = List.of();

    /** The position in the current part. */
    @Nullable
    UUID position;

    Instant steppedAt;

    /** Who began it. */
    public String createdBy;

    /** When it was begun. */
    public Instant createdAt;

    /** When it ended; null before. */
    public @Nullable Instant finishedAt;

    /** For Hibernate. */
    protected Job() {}

    private Job(Kind kind, LogFilter filter, int total, Caller caller, Instant now) {
        this.workspaceId = caller.workspaceId();
        this.kind = kind;
        this.webhookId = filter.webhookId();
        this.since = filter.since();
        this.until = filter.until();
        this.total = total;
        this.createdBy = caller.name();
        this.createdAt = now;
        this.steppedAt = now.minus(PAUSE);
    }

    /** Retries the failed or retrying deliveries that this filter matches. */
    static Job retry(LogFilter filter, int total, Caller caller, Instant now) {
        var job = new Job(Kind.RETRY, filter, total, caller, now);
        job.deliveryStatus =
                filter.statuses().stream().map(DeliveryStatus::word).sorted().collect(Collectors.joining(","));
        job.begin(filter.statuses().stream()
                .map(DeliveryStatus::word)
                .sorted(Comparator.reverseOrder())
                .toList());
        job.eventType = joined(filter.eventTypes());
        job.statusCode = joined(filter.codes());
        job.text = filter.text();
        job.record = filter.record();
        return job;
    }

    /** Retries what failed or is retrying in this filter's span of time, and delivers what these webhooks missed in it. */
    static Job recover(LogFilter span, List<String> webhookIds, int total, Caller caller, Instant now) {
        var job = new Job(Kind.RECOVER, span, total, caller, now);
        job.choice = PastEvents.Choice.MISSED;
        job.begin(Stream.concat(
                        Stream.of(DeliveryStatus.RETRYING.word(), DeliveryStatus.FAILED.word()), webhookIds.stream())
                .toList());
        return job;
    }

    /** Sends those past events of this filter's span of time and types to its webhook. */
    static Job replay(PastEvents.Choice choice, LogFilter filter, int total, Caller caller, Instant now) {
        var job = new Job(Kind.REPLAY, filter, total, caller, now);
        job.choice = choice;
        job.eventType = joined(filter.eventTypes());
        job.begin(List.of(Objects.requireNonNull(filter.webhookId())));
        return job;
    }

    private void begin(List<String> left) {
        parts = left;
        position = !left.isEmpty() && isSending() ? DeliveryIds.lowest(Objects.requireNonNull(since)) : null;
    }

    /** The current part; blank if none is left. */
    String part() {
        return parts.isEmpty() ? "" : parts.get(0);
    }

    /** Whether it makes deliveries of past events at present, and does not retry those that there are. */
    boolean isSending() {
        return DeliveryStatus.of(part()).isEmpty();
    }

    /** Continues after this position, or with the next part, or ends. */
    void goOn(@Nullable UUID next, Instant now) {
        position = next;
        if (next == null) {
            begin(parts.subList(Math.min(1, parts.size()), parts.size()));
            if (parts.isEmpty()) {
                end(State.DONE, null, now);
            }
        }
    }

    /** The public ID. */
    public String publicId() {
        return JobIds.format(id);
    }

    /** Whether it is still running. */
    public boolean isRunning() {
        return status == State.RUNNING;
    }

    /** Whether it is running or waiting for its attempts. */
    public boolean isOpen() {
        return isRunning() || delivered + failedAgain < made;
    }

    /** How many deliveries it has gone through. */
    public int handled() {
        return made + passedOver;
    }

    /** In which state the deliveries were that it retries. */
    public String retried() {
        return deliveryStatus.replace(",", " or ");
    }

    /** Estimated remaining time; null if unknown. */
    public @Nullable Duration timeLeft(Instant now) {
        var spent = Duration.between(createdAt, now);
        int done = handled();
        return !isRunning() || done == 0 || done >= total
                ? null
                : spent.multipliedBy(total - done).dividedBy(done);
    }

    /** Deliveries per minute so far; null if unknown. */
    public @Nullable Long perMinute(Instant now) {
        long millis = Duration.between(createdAt, finishedAt == null ? now : finishedAt)
                .toMillis();
        return handled() == 0 || millis < PAUSE.toMillis() ? null : Long.valueOf(handled() * 60_000L / millis);
    }

    /** How many of its deliveries have yet to be attempted. */
    public int waiting() {
        return Math.max(0, made - delivered - failedAgain);
    }

    /** The page with deliveries of the job's webhook, time and filters that are in these states now; null where there is none. */
    public @Nullable String logPath(String statuses) {
        var form = LogForm.of("", statuses, statusCode == null ? "" : statusCode);
        form.event = eventType == null || eventType.contains(",") ? "" : eventType;
        form.record = record == null ? "" : record;
        form.since = since == null ? "" : since.toString();
        form.until = (until == null ? createdAt : until).toString();
        if (webhookId != null) {
            return form.address(LogPages.path(webhookId), null);
        }
        return statuses.equals(DeliveryStatus.DELIVERED.word()) ? null : form.address(AttentionPages.PATH, null);
    }

    /** The deliveries that it retries at present. */
    LogFilter filter() {
        return LogFilter.parse(webhookId, part(), eventType, statusCode, text(since), text(until), text)
                .about(record)
                .withoutPings();
    }

    /** The past events that it sends at present. */
    PastEvents.Wanted wanted() {
        return new PastEvents.Wanted(
                workspaceId,
                part(),
                Objects.requireNonNull(choice),
                eventType == null ? List.of() : List.of(eventType.split(",")),
                choice == PastEvents.Choice.MISSED ? null : id);
    }

    private static @Nullable String joined(List<?> values) {
        return values.isEmpty() ? null : values.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    void end(State state, @Nullable String why, Instant now) {
        status = state;
        note = why;
        finishedAt = now;
    }

    /** The job with this public ID, if it belongs to this workspace. */
    static Optional<Job> inWorkspace(String workspaceId, String publicId) {
        return JobIds.parse(publicId).flatMap(id -> find("id = ?1 and workspaceId = ?2", id, workspaceId)
                .firstResultOptional());
    }

    /** Whether past events are being sent to this webhook, or for null to all. */
    static boolean isSendingTo(String workspaceId, @Nullable String webhookId) {
        return count(
                        "workspaceId = ?1 and kind <> ?2 and status = ?3 and coalesce(webhookId, '') = ?4",
                        workspaceId,
                        Kind.RETRY,
                        State.RUNNING,
                        webhookId == null ? "" : webhookId)
                > 0;
    }

    /** Whether a recovery of what this webhook missed was begun after this moment. */
    static boolean hasRecovered(Webhook webhook, Instant after) {
        return count(
                        "workspaceId = ?1 and coalesce(webhookId, ?2) = ?2 and kind = ?3 and createdAt > ?4",
                        webhook.workspaceId,
                        webhook.id,
                        Kind.RECOVER,
                        after)
                > 0;
    }

    /** The jobs of a workspace, newest first, {@code most} of them. */
    static List<Job> newest(String workspaceId, int most) {
        return find("workspaceId = ?1 order by id desc", workspaceId)
                .page(0, most)
                .list();
    }

    /** The next one, locked. Workspaces take turns, with a pause after each, and so do the jobs of each: whoever waited longest is next. */
    static Optional<Job> next(Instant now) {
        return find(
                        "from Job j where j.status = ?1 and j.steppedAt <= ?2 and not exists (select 1 from Job o"
                                + " where o.workspaceId = j.workspaceId and o.status = ?1 and (o.steppedAt > ?2"
                                + " or o.steppedAt < j.steppedAt or o.steppedAt = j.steppedAt and o.id < j.id))"
                                + " order by (select max(o.steppedAt) from Job o"
                                + " where o.workspaceId = j.workspaceId and o.status = ?1)",
                        State.RUNNING,
                        now.minus(PAUSE))
                .withLock(LockModeType.PESSIMISTIC_WRITE)
                .withHint("jakarta.persistence.lock.timeout", SKIP_LOCKED)
                .page(0, 1)
                .firstResultOptional();
    }
}
