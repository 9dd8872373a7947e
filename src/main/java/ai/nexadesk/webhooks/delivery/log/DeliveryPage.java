package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A delivery as its page shows it.
 *
 * @param webhook the webhook, which may have been deleted since
 * @param detail the delivery's details
 * @param maxAttempts the schedule's maximum number of automatic attempts
 * @param curl its request as a shell command, signed for the current time; null if not allowed or if there is nothing
 *     to send
 * @param now the moment at which it is shown
 */
record DeliveryPage(
        Webhook webhook,
        DeliveryLog.Detail detail,
        int maxAttempts,
        @Nullable String curl,
        Instant now) {

    private static final int GONE = 410;
    private static final long SECONDS_WHILE_OTHERS_GO = 5;

    /** The delivery. */
    public Delivery delivery() {
        return detail.entry().delivery();
    }

    /** Its status. */
    public DeliveryStatus status() {
        return detail.entry().status();
    }

    /** Its attempts, newest first. */
    public List<Attempt> attempts() {
        return detail.attempts();
    }

    /** The request's body; empty if the event is no longer stored. */
    public String body() {
        return detail.requestBody();
    }

    /** When the next attempt is due; null if none is. */
    public @Nullable Instant nextAttemptAt() {
        return detail.entry().nextAttemptAt();
    }

    /** The number of the next automatic attempt. Interrupted attempts do not count. */
    public long nextNumber() {
        return 1 + attempts().stream().filter(Attempt::countsTowardSchedule).count();
    }

    /** The title of the next attempt, which is scheduled, or a manual one before that. */
    public String nextTitle() {
        return detail.entry().isManualNext() ? "Manual retry" : "Attempt " + nextNumber() + " of " + maxAttempts;
    }

    /** Past and future events of the delivery, oldest first. */
    public List<TimelineEntry> timeline() {
        var entries = TimelineEntry.of(delivery(), attempts(), maxAttempts);
        var next = nextAttemptAt();
        if (next != null) {
            entries.add(TimelineEntry.next(next, nextTitle(), nextNumber() >= maxAttempts));
        }
        return entries;
    }

    /** The probable cause of a failure; null unless the newest attempt failed and its cause can be guessed. */
    public @Nullable Diagnosis diagnosis() {
        return attempts().isEmpty() || status() == DeliveryStatus.DELIVERED
                ? null
                : Diagnosis.of(attempts().get(0));
    }

    /** Whether to offer disabling the webhook: its endpoint answered the newest attempt with 410 Gone. */
    public boolean isGone() {
        Integer status = attempts().isEmpty() ? null : attempts().get(0).statusCode;
        return status != null && status == GONE && webhook.isActive();
    }

    /** Whether an attempt is in progress or about to begin. */
    private boolean isUnsettled() {
        var next = nextAttemptAt();
        return status() == DeliveryStatus.SENDING || next != null && !next.isAfter(now);
    }

    private boolean waitsForPace() {
        return detail.entry().waitsForPace(webhook, now);
    }

    /** After how many seconds the page refreshes itself; null if no attempt is in progress or due. */
    public @Nullable Long lookAgain() {
        if (waitsForPace()) {
            return SECONDS_WHILE_OTHERS_GO;
        }
        if (isUnsettled()) {
            return 1L;
        }
        var next = nextAttemptAt();
        return next == null ? null : Duration.between(now, next).toSeconds() + 1;
    }

    /** Why it cannot be retried now; null if it can. */
    public @Nullable String noRetry() {
        if (status() == DeliveryStatus.MERGED) {
            return "A later update contains this one. Retry that delivery instead.";
        }
        if (delivery().isPing()) {
            return "Pings can't be retried. Send another ping instead.";
        }
        if (detail.gone() != null) {
            return detail.gone() + ", so this delivery can't be retried.";
        }
        if (webhook.isDeleted()) {
            return "The webhook was deleted, so this delivery can't be retried.";
        }
        if (webhook.isActive()) {
            return null;
        }
        return webhook.isDisabled()
                ? "The webhook is disabled. Enable it, then retry."
                : "The webhook is unverified. Send a ping and respond with 200, then retry.";
    }

    /** The delivery's state in plain words. */
    public String sentence() {
        var next = nextAttemptAt();
        if (waitsForPace()) {
            return "Waiting for its turn: the webhook is limited to " + webhook.pace() + ".";
        }
        if (isUnsettled() && status() != DeliveryStatus.QUEUED) {
            return "An attempt is in progress.";
        }
        return switch (status()) {
            case QUEUED ->
                detail.entry().isHeld()
                        ? "Waiting until the webhook is verified."
                        : "Waiting for the " + (attempts().isEmpty() ? "first" : "next") + " attempt.";
            case WAITING -> waiting();
            case SENDING -> "An attempt is in progress.";
            case RETRYING ->
                next == null
                        ? lastError() + " Waiting until the webhook is verified."
                        : lastError() + " Next try in " + Formats.inWords(Duration.between(now, next)) + ", attempt "
                                + nextNumber() + " of " + maxAttempts + ".";
            case DELIVERED -> delivered();
            case FAILED ->
                attempts().isEmpty()
                        ? "Failed before the first attempt."
                        : "Failed after " + Formats.of(attempts().size(), "attempt", "attempts") + ". " + lastError();
            case MERGED -> "Merged into a later update of the same record.";
            case CANCELLED -> cancelled();
        };
    }

    private String cancelled() {
        if (detail.gone() != null) {
            return "Cancelled. " + detail.gone() + ".";
        }
        return body().isEmpty()
                ? "Cancelled. The event is no longer stored."
                : "Cancelled because its webhook was deleted or disabled by a user.";
    }

    private String waiting() {
        var blockedBy = detail.blockedBy();
        var what = "Waiting for an earlier event of " + detail.context().record() + ".";
        return blockedBy == null || blockedBy.until() == null
                ? what
                : what + " Its next attempt is in " + Formats.inWords(Duration.between(now, blockedBy.until())) + ".";
    }

    /** Whether other deliveries may wait for it, so that it can be skipped. */
    public boolean isSkippable() {
        var work = detail.entry().work();
        return work != null && work.record != null;
    }

    private String delivered() {
        return attempts().stream()
                .filter(attempt -> attempt.succeeded() && attempt.statusCode != null)
                .findFirst()
                .map(attempt -> "Your endpoint responded with " + attempt.statusCode
                        + (attempt.durationMs == null ? "." : " in " + Formats.duration(attempt.durationMs) + "."))
                .orElse("Delivered.");
    }

    private String lastError() {
        return attempts().stream()
                .filter(attempt -> attempt.errorMessage != null)
                .findFirst()
                .map(attempt -> attempt.errorMessage)
                .orElse("");
    }

    /** The request headers of the newest attempt. */
    public List<Header> requestHeaders() {
        return attempts().stream().findFirst().map(Attempt::requestHeaders).orElse(List.of());
    }
}
