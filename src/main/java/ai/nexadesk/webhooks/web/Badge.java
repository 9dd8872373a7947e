package ai.nexadesk.webhooks.web;

import io.quarkus.qute.TemplateExtension;

import java.util.Locale;

/**
 * The display of a status: always an icon and a word, never color alone.
 *
 * @param tone the color, as a class of the stylesheet
 * @param icon a symbol of {@code icons.svg}
 * @param text the label
 */
public record Badge(String tone, String icon, String text) {

    /** The badge for the status of a delivery, a webhook or a job, given its constant's name in any case. */
    public static Badge of(String state) {
        return switch (state.toLowerCase(Locale.ROOT)) {
            case "delivered" -> new Badge("good", "circle-check", "Delivered");
            case "active" -> new Badge("good", "circle-check", "Active");
            case "healthy" -> new Badge("good", "circle-check", "Healthy");
            case "failing" -> new Badge("bad", "octagon-x", "Failing");
            case "degraded" -> new Badge("warn", "alert-triangle", "Degraded");
            case "idle" -> new Badge("calm", "clock", "Idle");
            case "failed" -> new Badge("bad", "octagon-x", "Failed");
            case "retrying" -> new Badge("warn", "rotate-clockwise", "Retrying");
            case "unverified" -> new Badge("warn", "alert-triangle", "Unverified");
            case "done" -> new Badge("good", "circle-check", "Done");
            case "running" -> new Badge("info", "clock", "Running");
            case "queued" -> new Badge("info", "clock", "Queued");
            case "waiting" -> new Badge("calm", "clock", "Waiting");
            case "sending" -> new Badge("info", "clock", "Sending");
            case "paused" -> new Badge("calm", "player-pause", "Paused");
            case "disabled" -> new Badge("calm", "player-pause", "Disabled");
            case "merged" -> new Badge("calm", "circle-check", "Merged");
            case "cancelled" -> new Badge("calm", "player-pause", "Cancelled");
            default -> throw new IllegalArgumentException("no badge for the state " + state);
        };
    }

    /** Lets a template write {@code delivery.status.badge}. */
    @TemplateExtension
    static Badge badge(Enum<?> state) {
        return of(state.name());
    }
}
