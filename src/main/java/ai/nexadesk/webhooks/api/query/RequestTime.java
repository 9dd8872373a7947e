package ai.nexadesk.webhooks.api.query;

import ai.nexadesk.webhooks.api.ApiException;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** A time in a request: ISO 8601 with an offset. A time without an offset would be ambiguous. */
public final class RequestTime {

    private static final String EXAMPLE = "2026-03-20T14:00:00Z";

    /** The range that the database and IDs support. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private RequestTime() {}

    /**
     * Reads a time.
     *
     * @param name the name of the member or parameter
     * @throws ApiException 400 if it is not a valid time
     */
    public static Instant parse(String name, String text) {
        try {
            var time = OffsetDateTime.parse(text).toInstant();
            if (!time.isBefore(FIRST) && !time.isAfter(LAST)) {
                return time;
            }
        } catch (DateTimeParseException notATime) {
            // Reported below.
        }
        var hint = text.matches(".*T.* \\d\\d(:?\\d\\d)?")
                ? " In a URL, write a plus sign as %2B: NexaDesk received \"" + text + "\"."
                : text.matches(".*T\\d\\d:\\d\\d[:.\\d]*") ? " This one has no offset: add Z for UTC." : "";
        throw ApiException.invalid(name, name + " must be a time with an offset, such as " + EXAMPLE + "." + hint);
    }

    /** A period; either end may be open. */
    public record Span(@Nullable Instant since, @Nullable Instant until) {}

    /**
     * Reads a period from the parameters or members {@code since} and {@code until}.
     *
     * @throws ApiException 400 if one of them is not a valid time, or the period ends before it begins
     */
    public static Span span(Optional<String> since, Optional<String> until) {
        var begin = since.map(time -> parse("since", time)).orElse(null);
        var end = until.map(time -> parse("until", time)).orElse(null);
        if (begin != null && end != null && begin.isAfter(end)) {
            throw ApiException.invalid("until", "until is before since. Swap them.");
        }
        return new Span(begin, end);
    }

    /** Adds the offset of UTC to the value of a form field, which has none. Returns anything else unchanged. */
    public static String inUtc(String time) {
        return time.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?") ? time + "Z" : time;
    }
}
