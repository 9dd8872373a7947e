package ai.nexadesk.webhooks.webhook.pace;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;

/** The pace in the webhook form. Text that is not a number is invalid. */
public class PaceFields {

    private static final int WRONG = -1;

    @FormParam(Pace.PER_SECOND)
    @DefaultValue("")
    public String perSecond = "";

    @FormParam(Pace.IN_FLIGHT)
    @DefaultValue("")
    public String inFlight = "";

    /** The limits when the form was opened. */
    @FormParam("original_max_per_second")
    public @Nullable String originalPerSecond;

    @FormParam("original_max_in_flight")
    public @Nullable String originalInFlight;

    /** Shows the stored pace. */
    public void show(Pace pace) {
        perSecond = text(pace.perSecond());
        inFlight = text(pace.inFlight());
        originalPerSecond = perSecond;
        originalInFlight = inFlight;
    }

    /** Whether the stored pace has changed since the form was opened. */
    public boolean isOutdated(Pace present) {
        return originalPerSecond != null && !originalPerSecond.equals(text(present.perSecond()))
                || originalInFlight != null && !originalInFlight.equals(text(present.inFlight()));
    }

    /** Applies changes by others, but keeps what was typed. */
    public void takeOver(Pace present) {
        var typedPerSecond = perSecond.strip();
        var typedInFlight = inFlight.strip();
        boolean keepsPerSecond = !typedPerSecond.equals(originalPerSecond);
        boolean keepsInFlight = !typedInFlight.equals(originalInFlight);
        show(present);
        perSecond = keepsPerSecond ? typedPerSecond : perSecond;
        inFlight = keepsInFlight ? typedInFlight : inFlight;
    }

    /** The requests per second, for a draft. */
    public @Nullable Integer draftPerSecond() {
        return draft(perSecond.strip(), originalPerSecond);
    }

    /** The requests at a time, for a draft. */
    public @Nullable Integer draftInFlight() {
        return draft(inFlight.strip(), originalInFlight);
    }

    private static @Nullable Integer draft(String typed, @Nullable String was) {
        if (typed.equals(Objects.requireNonNullElse(was, ""))) {
            return null;
        }
        return typed.isEmpty() ? Pace.NO_LIMIT : typed.matches("\\d{1,9}") ? Integer.parseInt(typed) : WRONG;
    }

    private static String text(@Nullable Integer limit) {
        return limit == null ? "" : limit.toString();
    }
}
