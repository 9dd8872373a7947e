package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that happened to a delivery, or will happen.
 *
 * @param at the time
 * @param tone the color, as a class of the stylesheet
 * @param icon a symbol of {@code icons.svg}
 * @param title the title
 * @param text further details; may be empty
 */
record TimelineEntry(Instant at, String tone, String icon, String title, String text) {

    /** Past entries, oldest first. Only automatic attempts count toward the schedule's limit. */
    static List<TimelineEntry> of(Delivery delivery, List<Attempt> newestFirst, int maxAttempts) {
        var entries = new ArrayList<TimelineEntry>();
        entries.add(new TimelineEntry(
                delivery.createdAt(),
                "calm",
                "bolt",
                delivery.isForged()
                        ? "Ping with a wrong signature created"
                        : delivery.isPing() ? "Ping created" : "Event accepted",
                ""));
        int automatic = 0;
        for (int i = newestFirst.size() - 1; i >= 0; i--) {
            var attempt = newestFirst.get(i);
            entries.add(of(attempt, title(delivery, attempt, automatic + 1, maxAttempts)));
            automatic += attempt.countsTowardSchedule() ? 1 : 0;
        }
        return entries;
    }

    /** The next attempt. */
    static TimelineEntry next(Instant at, String title, boolean isLast) {
        return new TimelineEntry(at, "info", "clock", title, isLast ? "Last attempt." : "");
    }

    private static String title(Delivery delivery, Attempt attempt, int number, int maxAttempts) {
        if (attempt.trigger == Trigger.MANUAL) {
            return "Manual retry";
        }
        return delivery.isPing() ? "Ping" : "Attempt " + number + " of " + maxAttempts;
    }

    private static TimelineEntry of(Attempt attempt, String title) {
        boolean isOver = attempt.isAnswered() || attempt.errorCode != null;
        return new TimelineEntry(
                attempt.startedAt,
                !isOver ? "info" : attempt.succeeded() ? "good" : "bad",
                !isOver ? "clock" : attempt.succeeded() ? "circle-check" : "octagon-x",
                title,
                outcome(attempt));
    }

    private static String outcome(Attempt attempt) {
        @Nullable
        String what = attempt.statusCode != null
                ? Formats.withReason(attempt.statusCode)
                : attempt.errorCode == null ? null : Formats.errorName(attempt.errorCode);
        if (what == null) {
            return "In progress";
        }
        return attempt.durationMs == null ? what : what + " in " + Formats.duration(attempt.durationMs);
    }
}
