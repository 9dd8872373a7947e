package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.JobIds;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.delivery.log.LogPages;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.EnumeratedValue;
import jakarta.persistence.Id;

/**
 * Background work on many deliveries, done step by step until it is finished or cancelled. A crash neither skips nor repeats a step.
 */
@Entity
public class Job extends PanacheEntityBase {

    /**
     * The minimum time between two steps. Replicas look for work every second; this is shorter, so that a check that
     * comes slightly early still counts.
     */
    static final Duration PAUSE = Duration.ofMillis(900);

    /** What the job does. */
    public enum Kind {
        /** Failed or retrying deliveries get one more attempt. */
        RETRY("retry"),

        /** Recovers from an outage: failed and retrying deliveries get one more attempt, and missed events are delivered. */
        RECOVER("recover"),

        /** Past events are sent, including those from before the webhook existed. */
        REPLAY("replay");

        @EnumeratedValue
        final String value;

        Kind(String value) {
            this.value = value;
        }

        /** Its name in the REST API. */
        public String value() {
            return value;
        }
    }

    /** The state of a job. */
    public enum State {
        RUNNING("running"),

        DONE("done"),

        /** Cancelled before it was finished. */
        CANCELLED("cancelled");

        @EnumeratedValue
        final String value;

        State(String value) {
            this.value = value;
        }

        /** Its name in the REST API. */
        public String value() {
            return value;
        }
    }

    /** Time-sorted. */
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    public UUID id;

    /** The workspace. */
    public String workspaceId;

    /** What the job does. */
    @Enumerated(EnumType.STRING)
    public Kind kind;

    /** Which past events are sent; null if the job retries. */
    @Enumerated(EnumType.STRING)
    public PastEvents.@Nullable Choice choice;

    /** Only deliveries to this webhook; null for all of the workspace. */
    public @Nullable String webhookId;

    /** Only events of this type; null for all. */
    public @Nullable String eventType;

    /** The statuses of the deliveries to retry: failed, retrying, or both, separated by a comma. */
    String deliveryStatus = DeliveryStatus.FAILED.value();

    @Nullable
    String statusCode;

    @Nullable
    String text;

    @Nullable
    String record;

    /** Only deliveries created at this moment or later. */
    public @Nullable Instant since;

    /** Only deliveries created before this moment. */
    public @Nullable Instant until;

    /** Its state. */
    @Enumerated(EnumType.STRING)
    public State status = State.RUNNING;

    /** Why it was cancelled; null if it was not. */
    public @Nullable String note;

    /** How many deliveries matched when it started; there may be more. */
    public int total;

    /** How many it has started. */
    public int made;

    /** How many it skipped because their webhook is not active, or their event is no longer stored. */
    public int passedOver;

    /** How many were delivered by the attempts that it started. */
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

    /** Who started it. */
    public String createdBy;

    /** When it was started. */
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
                filter.statuses().stream().map(DeliveryStatus::value).sorted().collect(Collectors.joining(","));
        job.begin(filter.statuses().stream()
                .map(DeliveryStatus::value)
                .sorted(Comparator.reverseOrder())
                .toList());
        job.eventType = joined(filter.eventTypes());
        job.statusCode = joined(filter.codes());
        job.text = filter.text();
        job.record = filter.record();
        return job;
    }

    /** Retries failed and retrying deliveries of this filter's period, and sends events that these webhooks missed in it. */
    static Job recover(LogFilter span, List<String> webhookIds, int total, Caller caller, Instant now) {
        var job = new Job(Kind.RECOVER, span, total, caller, now);
        job.choice = PastEvents.Choice.MISSED;
        job.begin(Stream.concat(
                        Stream.of(DeliveryStatus.RETRYING.value(), DeliveryStatus.FAILED.value()), webhookIds.stream())
                .toList());
        return job;
    }

    /** Sends the chosen past events of this filter's period and types to its webhook. */
    static Job replay(PastEvents.Choice choice, LogFilter filter, int total, Caller caller, Instant now) {
        var job = new Job(Kind.REPLAY, filter, total, caller, now);
        job.choice = choice;
        job.eventType = joined(filter.eventTypes());
        job.begin(List.of(Objects.requireNonNull(filter.webhookId())));
        return job;
    }

    private void begin(List<String> left) {
        parts = left;
        position = !left.isEmpty() && isSending() ? UuidV7.lowestAt(Objects.requireNonNull(since)) : null;
    }

    /** The current part; blank if none is left. */
    String part() {
        return parts.isEmpty() ? "" : parts.get(0);
    }

    /** Whether the current part sends past events, rather than retrying deliveries. */
    boolean isSending() {
        return DeliveryStatus.of(part()).isEmpty();
    }

    /** Continues after this position, or with the next part, or ends. */
    void advance(@Nullable UUID next, Instant now) {
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

    /** How many deliveries it has processed. */
    public int handled() {
        return made + passedOver;
    }

    /** The statuses of the deliveries that it retries, for display. */
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

    /** How many of its deliveries have not been attempted yet. */
    public int waiting() {
        return Math.max(0, made - delivered - failedAgain);
    }

    /** The page with deliveries that match the job's filters and have these statuses now; null if there is none. */
    public @Nullable String logPath(String statuses) {
        var form = LogForm.of("", statuses, statusCode == null ? "" : statusCode);
        form.event = eventType == null || eventType.contains(",") ? "" : eventType;
        form.record = record == null ? "" : record;
        form.since = since == null ? "" : since.toString();
        form.until = (until == null ? createdAt : until).toString();
        if (webhookId != null) {
            return form.address(LogPages.path(webhookId), null);
        }
        return statuses.equals(DeliveryStatus.DELIVERED.value()) ? null : form.address(AttentionPages.PATH, null);
    }

    /** The deliveries that the current part retries. */
    LogFilter filter() {
        return LogFilter.parse(webhookId, part(), eventType, statusCode, text(since), text(until), text)
                .about(record)
                .withoutPings();
    }

    /** The past events that the current part sends. */
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
}
