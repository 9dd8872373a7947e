package ai.nexadesk.webhooks.web;

import io.quarkus.arc.Unremovable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** Relative times, as {@code cdi:times} in templates. The script of the pages updates them with the same words. */
@Named("times")
@Singleton
@Unremovable
public class Times {

    private final InstantSource clock;

    Times(InstantSource clock) {
        this.clock = clock;
    }

    /** A past or future moment: {@code 3 minutes ago}, {@code in 24 hours}, {@code now}. */
    public String relative(Instant moment) {
        Duration ago = Duration.between(moment, clock.instant());
        boolean past = !ago.isNegative();
        long seconds = ago.abs().toSeconds();
        if (seconds == 0) {
            return "now";
        }
        if (seconds < 60) {
            return phrase(past, seconds, "second");
        }
        if (seconds < 3_600) {
            return phrase(past, seconds / 60, "minute");
        }
        if (seconds < 86_400) {
            return phrase(past, Math.round(seconds / 3_600.0), "hour");
        }
        long days = Math.round(seconds / 86_400.0);
        return days == 1 ? (past ? "yesterday" : "tomorrow") : phrase(past, days, "day");
    }

    private static String phrase(boolean past, long count, String unit) {
        String amount = Formats.of(count, unit, unit + "s");
        return past ? amount + " ago" : "in " + amount;
    }
}
