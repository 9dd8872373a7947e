package ai.nexadesk.webhooks.outbound;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The value of a {@code Retry-After} header (RFC 9110, section 10.2.3). */
final class RetryAfter {
    private static final Pattern SECONDS = Pattern.compile("0*([0-9]+)");
    private static final int MAX_DIGITS = 9;
    private static final Duration VERY_LONG = Duration.ofSeconds(999_999_999);

    /** The day of the week, which is not needed and often wrong. */
    private static final Pattern WEEKDAY = Pattern.compile("^[A-Za-z]+,? +");

    private static final Pattern IMF_FIXDATE = Pattern.compile(".* (GMT|UTC|\\+0000)");
    private static final Pattern RFC_850 = Pattern.compile("\\d{1,2}-[A-Za-z]{3}-\\d{2} .*");
    private static final int FAR_FUTURE_YEARS = 50;

    private RetryAfter() {}

    static Optional<Duration> parse(String text, Instant now) {
        String value = text.strip();
        var seconds = SECONDS.matcher(value);
        if (seconds.matches()) {
            String digits = seconds.group(1);
            return Optional.of(digits.length() > MAX_DIGITS ? VERY_LONG : Duration.ofSeconds(Long.parseLong(digits)));
        }
        try {
            Instant until = date(WEEKDAY.matcher(value).replaceFirst(""), now);
            return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
        } catch (DateTimeException neither) {
            return Optional.empty();
        }
    }

    private static Instant date(String text, Instant now) {
        if (!IMF_FIXDATE.matcher(text).matches()) {
            return parse(text, format("MMM ppd HH:mm:ss uuuu"));
        }
        String utc = text.substring(0, text.lastIndexOf(' '));
        return RFC_850.matcher(utc).matches() ? rfc850(utc, now) : parse(utc, format("d MMM uuuu HH:mm:ss"));
    }

    /**
     * Parses the RFC 850 format, with a two-digit year. A year that would be more than 50 years ahead is in the past.
     */
    private static Instant rfc850(String text, Instant now) {
        LocalDateTime present = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
        DateTimeFormatter format = new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("d-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, present.getYear() - FAR_FUTURE_YEARS + 1)
                .appendPattern(" HH:mm:ss")
                .toFormatter(Locale.ENGLISH);
        LocalDateTime date = LocalDateTime.parse(text, format);
        boolean tooFar = date.isAfter(present.plusYears(FAR_FUTURE_YEARS));
        return (tooFar ? date.minusYears(100) : date).toInstant(ZoneOffset.UTC);
    }

    private static DateTimeFormatter format(String pattern) {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.ENGLISH);
    }

    private static Instant parse(String text, DateTimeFormatter format) {
        return LocalDateTime.parse(text, format).toInstant(ZoneOffset.UTC);
    }
}
