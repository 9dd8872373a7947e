package ai.nexadesk.webhooks.web;

import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import jakarta.ws.rs.core.Response;

/** The format of numbers, times and texts on pages; used in templates as properties of the values. */
@TemplateExtension
public final class Formats {

    private static final DateTimeFormatter ABSOLUTE = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Formats() {}

    /** Formats milliseconds as {@code 143 ms} or {@code 1.2 s}. */
    public static String duration(Number millis) {
        return millis.longValue() < 1000
                ? millis + " ms"
                : String.format(Locale.ENGLISH, "%.1f s", millis.longValue() / 1000.0);
    }

    /**
     * Formats a duration in its one or two largest units: {@code 45 s}, {@code 1 min}, {@code 2 h 5 min},
     * {@code 3 days}.
     */
    public static String inWords(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        if (minutes < 60) {
            return minutes + " min";
        }
        if (minutes < 48 * 60) {
            return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
        }
        return minutes / (24 * 60) + " days";
    }

    /** A number of bytes: {@code 612 B}, {@code 1.4 KB}, {@code 64 KB}. */
    public static String size(Integer bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        String unit = bytes < 1024 * 1024 ? " KB" : " MB";
        double value = bytes / (bytes < 1024 * 1024 ? 1024.0 : 1024.0 * 1024.0);
        return (value < 10 ? String.format(Locale.ENGLISH, "%.1f", value) : Math.round(value)) + unit;
    }

    /** A count with thousands separators: {@code 12,345}. */
    public static String grouped(Number count) {
        return String.format(Locale.ENGLISH, "%,d", count.longValue());
    }

    /** A count with its noun: {@code 1 delivery}, {@code 1,204 deliveries}. */
    public static String of(Number count, String one, String many) {
        return grouped(count) + " " + (count.longValue() == 1 ? one : many);
    }

    /** A count that may have stopped early, with its noun: {@code 10,000+ deliveries}. */
    public static String of(Number count, boolean more, String one, String many) {
        return more ? grouped(count) + "+ " + many : of(count, one, many);
    }

    /** An HTTP status code with its reason phrase in RFC 9110: {@code 404 Not Found}; without one, the code alone. */
    public static String withReason(Integer statusCode) {
        Response.Status status = Response.Status.fromStatusCode(statusCode);
        return status == null ? statusCode.toString() : statusCode + " " + status.getReasonPhrase();
    }

    /** An error code in a word or two: {@code Timeout}, {@code DNS failed}. */
    public static String errorName(String code) {
        var words = code.replace('_', ' ')
                .replace("dns", "DNS")
                .replace("tls", "TLS")
                .replace("http", "HTTP");
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** The cause of failed attempts for display: {@code 500 Internal Server Error}, {@code Timeout}. */
    public static String cause(String code) {
        return Character.isDigit(code.charAt(0)) ? withReason(Integer.valueOf(code)) : errorName(code);
    }

    /** Several causes, separated by commas. */
    public static String causes(String codes) {
        return Arrays.stream(codes.split(","))
                .filter(code -> !code.isBlank())
                .map(code -> code.matches("\\d{3}")
                        ? cause(code)
                        : Character.isDigit(code.charAt(0)) ? code : errorName(code))
                .collect(Collectors.joining(", "));
    }

    /** The color of an HTTP status code. */
    public static String tone(Integer statusCode) {
        return switch (statusCode / 100) {
            case 2 -> "good";
            case 3 -> "warn";
            default -> "bad";
        };
    }

    /** A moment to the second, in UTC: {@code 20 Mar 2026, 14:00:00 UTC}. */
    public static String absolute(Instant moment) {
        return ABSOLUTE.format(moment);
    }

    /** A text as safe markup that preserves every character, including line breaks of all kinds. */
    public static RawString exact(String text) {
        var safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;");
        // HTML drops a line break at the beginning of preformatted elements.
        return new RawString("\n" + safe);
    }

    /** The body of a request or response as safe markup: JSON is indented and colored; other text is unchanged. */
    public static RawString pretty(String body) {
        return new RawString(Payload.markup(body));
    }

    /** Joins values with commas: {@code lead.created, lead.updated}. */
    public static String joined(Collection<String> words) {
        return String.join(", ", words);
    }

    /** A text, encoded as a query value. */
    public static String urlEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The number of bytes of a text in UTF-8. */
    public static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Untrusted text with invisible characters made visible; must still be escaped. */
    public static String visible(String text) {
        return Payload.visible(text);
    }
}
