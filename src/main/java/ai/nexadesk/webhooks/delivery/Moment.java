package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that happened to a delivery, or is to happen.
 *
 * @param at when
 * @param tone the colours, as a class of the stylesheet
 * @param icon a symbol of {@code icons.svg}
 * @param title what
 * @param text more about it; may be empty
 */
record Moment(Instant at, String tone, String icon, String title, String text) {

    /** What has happened so far and what comes next, oldest first. */
    static List<Moment> of(DeliveryPage page) {
        var moments = new ArrayList<Moment>();
        var delivery = page.delivery();
        moments.add(new Moment(
                delivery.createdAt(), "calm", "bolt", delivery.isPing() ? "Ping created" : "Event accepted", ""));
        for (int i = page.attempts().size() - 1; i >= 0; i--) {
            moments.add(of(page.attempts().get(i)));
        }
        var next = page.nextAttemptAt();
        if (next != null) {
            moments.add(new Moment(
                    next,
                    "info",
                    "clock",
                    page.nextTitle(),
                    page.nextNumber() < page.maxAttempts() ? "" : "Last attempt."));
        }
        return moments;
    }

    private static Moment of(Attempt attempt) {
        boolean isOver = attempt.isAnswered() || attempt.errorCode != null;
        return new Moment(
                attempt.startedAt,
                !isOver ? "info" : attempt.succeeded() ? "good" : "bad",
                !isOver ? "clock" : attempt.succeeded() ? "circle-check" : "octagon-x",
                "Attempt " + attempt.number + (attempt.trigger == Trigger.MANUAL ? " (manual)" : ""),
                outcome(attempt));
    }

    private static String outcome(Attempt attempt) {
        @Nullable
        String what = attempt.statusCode != null
                ? Formats.withReason(attempt.statusCode)
                : attempt.errorCode == null ? null : Formats.errorWord(attempt.errorCode);
        if (what == null) {
            return "In progress";
        }
        return attempt.durationMs == null ? what : what + " in " + Formats.duration(attempt.durationMs);
    }
}
