package ai.nexadesk.webhooks.event;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times of events: whole milliseconds between the years 1 and 9999, as JavaScript's {@code toISOString} writes them. */
final class EventTime {

    private static final int LAST_YEAR = 9999;

    private EventTime() {}

    /** This time in an event's precision. */
    static Instant of(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Reads an ISO 8601 time with an offset.
     *
     * @param path its path in error messages
     */
    static Instant parse(String text, String path) {
        try {
            var time = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
            if (time.getYear() >= 1 && time.getYear() <= LAST_YEAR) {
                return of(time.toInstant());
            }
        } catch (DateTimeException e) {
            throw bad(path);
        }
        throw bad(path);
    }

    private static InvalidEventException bad(String path) {
        return InvalidEventException.at(
                "invalid_timestamp",
                path,
                "must be an ISO 8601 time with an offset, such as 2026-03-20T14:00:00.000Z.");
    }

    /** Writes a time as {@code 2026-03-20T14:00:00.000Z}. */
    static void append(Instant instant, StringBuilder out) {
        var time = instant.atOffset(ZoneOffset.UTC);
        digits(time.getYear(), 4, out);
        digits(time.getMonthValue(), 2, out.append('-'));
        digits(time.getDayOfMonth(), 2, out.append('-'));
        digits(time.getHour(), 2, out.append('T'));
        digits(time.getMinute(), 2, out.append(':'));
        digits(time.getSecond(), 2, out.append(':'));
        digits(time.getNano() / 1_000_000, 3, out.append('.'));
        out.append('Z');
    }

    private static void digits(int value, int width, StringBuilder out) {
        var text = Integer.toString(value);
        out.append("0".repeat(width - text.length())).append(text);
    }
}
