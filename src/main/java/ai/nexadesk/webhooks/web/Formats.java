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

/** How pages write numbers, times and texts; for templates, as properties of the values themselves. */
@TemplateExtension
public final class Formats {

    private static final DateTimeFormatter ABSOLUTE = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Formats() {}

    /** Milliseconds as people read them: {@code 143 ms}, {@code 1.2 s}. */
    public static String duration(Number millis) {
        return millis.longValue() < 1000
                ? millis + " ms"
                : String.format(Locale.ENGLISH, "%.1f s", millis.longValue() / 1000.0);
    }

    /** A time span in its one or two largest units: {@code 45 s}, {@code 1 min}, {@code 2 h 5 min}, {@code 3 days}. */
    public static String words(Duration span) {
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

    /** A count with thousands marked: {@code 12,345}. */
    public static String grouped(Number count) {
        return String.format(Locale.ENGLISH, "%,d", count.longValue());
    }

    /** A count with its noun: {@code 1 delivery}, {@code 1,204 deliveries}. */
    public static String of(Number count, String one, String many) {
        return grouped(count) + " " + (count.longValue() == 1 ? one : many);
    }

    /** The same where counting may have stopped: {@code 10,000+ deliveries}. */
    public static String of(Number count, boolean more, String one, String many) {
        return more ? grouped(count) + "+ " + many : of(count, one, many);
    }

    /** An HTTP status code with its reason phrase of RFC 9110: {@code 404 Not Found}; a code without one stands alone. */
    public static String withReason(Integer statusCode) {
        Response.Status status = Response.Status.fromStatusCode(statusCode);
        return status == null ? statusCode.toString() : statusCode + " " + status.getReasonPhrase();
    }

    /** Why an attempt failed, from its code, in a word or two: {@code Timeout}, {@code DNS failed}. */
    public static String errorWord(String code) {
        var words = code.replace('_', ' ')
                .replace("dns", "DNS")
                .replace("tls", "TLS")
                .replace("http", "HTTP");
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    /** Why attempts failed, as a person reads it: {@code 500 Internal Server Error}, {@code Timeout}. */
    public static String cause(String code) {
        return Character.isDigit(code.charAt(0)) ? withReason(Integer.valueOf(code)) : errorWord(code);
    }

    /** Several of them, separated by commas. */
    public static String causes(String codes) {
        return Arrays.stream(codes.split(","))
                .filter(code -> !code.isBlank())
                .map(code -> code.matches("\\d{3}")
                        ? cause(code)
                        : Character.isDigit(code.charAt(0)) ? code : errorWord(code))
                .collect(Collectors.joining(", "));
    }

    /** The colours of an HTTP status code. */
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

    /** A text as safe markup from which a browser reads every character again, line breaks of all kinds included. */
    public static RawString exact(String text) {
        var safe = text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;");
        // HTML drops a line break at the beginning of preformatted elements.
        return new RawString("\n" + safe);
    }

    /** A body of a request or response as safe markup: JSON indented and coloured, everything else as plain text. */
    public static RawString pretty(String body) {
        return new RawString(Payload.markup(body));
    }

    /** FilterValues in a row: {@code lead.created, lead.updated}. */
    public static String joined(Collection<String> words) {
        return String.join(", ", words);
    }

    /** A text as a value in the query of an address. */
    public static String urlEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** How many bytes a text is on the wire. */
    public static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Untrusted text with its invisible characters made visible; must still be escaped. */
    public static String visible(String text) {
        return Payload.visible(text);
    }
}
