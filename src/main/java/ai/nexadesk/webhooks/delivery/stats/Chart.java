package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.web.Bars;
import ai.nexadesk.webhooks.web.Formats;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A chart of a webhook: bars of successful and failed attempts, by the time they ended, and lines of response times.
 *
 * @param span the period that it covers
 * @param points from the oldest to the present
 * @param bars the bars of the attempts
 * @param topMs the response time at the upper edge, in milliseconds
 */
record Chart(Span span, List<Point> points, Bars bars, long topMs) {

    /** The available periods. */
    enum Span {
        DAY("24h", "24 hours", 1, 24, "HH:mm"),
        WEEK("7d", "7 days", 6, 28, "d MMM"),
        MONTH("30d", "30 days", 24, 30, "d MMM");

        /** Its name in the URL. */
        public final String value;

        /** Its name on pages. */
        public final String title;

        private final int hours;
        private final int count;
        private final DateTimeFormatter format;

        Span(String value, String title, int hours, int count, String format) {
            this.value = value;
            this.title = title;
            this.hours = hours;
            this.count = count;
            this.format = DateTimeFormatter.ofPattern(format, Locale.ENGLISH).withZone(ZoneOffset.UTC);
        }

        static Span of(String value) {
            return Stream.of(values())
                    .filter(span -> span.value.equals(value))
                    .findFirst()
                    .orElse(DAY);
        }

        private String label(Instant from) {
            return this == WEEK ? format.format(from) + ", " + DAY.format.format(from) : format.format(from);
        }

        /** The duration that a bar covers. */
        Duration step() {
            return Duration.ofHours(hours);
        }

        /** When the period that ends now begins. */
        Instant from(Instant now) {
            long step = hours * 3_600L;
            long last = Math.floorDiv(now.getEpochSecond(), step) * step;
            return Instant.ofEpochSecond(last - (count - 1) * step);
        }
    }

    /**
     * The attempts of a period, and the response times of the deliveries created in it.
     *
     * @param from when it begins
     * @param to when it ends
     */
    record Point(
            Instant from,
            Instant to,
            String label,
            long succeeded,
            long failed,
            @Nullable Long p50,
            @Nullable Long p95) {

        /** How many attempts ended. */
        public long attempts() {
            return succeeded + failed;
        }
    }

    static Chart of(
            Span span,
            SortedMap<Instant, AttemptHistory.Attempts> attempts,
            SortedMap<Instant, Tally> hours,
            Instant now) {
        var points = new ArrayList<Point>();
        var from = span.from(now);
        for (int i = 0; i < span.count; i++) {
            var to = from.plus(span.hours, ChronoUnit.HOURS);
            var tally = new Tally();
            hours.subMap(from, to).values().forEach(tally::add);
            var ended = AttemptHistory.Attempts.sum(attempts.subMap(from, to).values());
            points.add(new Point(
                    from,
                    to,
                    span.label(from),
                    ended.succeeded(),
                    ended.failed(),
                    tally.percentileMs(0.5),
                    tally.percentileMs(0.95)));
            from = to;
        }
        var slowest = points.stream().map(Point::p95).filter(Objects::nonNull).mapToLong(Long::longValue);
        return new Chart(
                span,
                List.copyOf(points),
                Bars.of(points.stream()
                        .map(point -> new Bars.Stack(point.succeeded, point.failed))
                        .toList()),
                Bars.niceTop(slowest.max().orElse(0)));
    }

    /** The available periods. */
    public List<Span> spans() {
        return List.of(Span.values());
    }

    /** Whether there is anything to show. */
    public boolean isEmpty() {
        return points.stream().allMatch(point -> point.attempts() == 0);
    }

    /** Some of the labels for the axis: the first, the last, and two in between. */
    public List<String> labels() {
        int last = points.size() - 1;
        return Stream.of(0, last / 3, last * 2 / 3, last)
                .map(i -> span.format.format(points.get(i).from))
                .toList();
    }

    /** A point in words. */
    public String describe(Point point) {
        boolean isLast = point.equals(points.get(points.size() - 1));
        return point.label + (isLast ? ", so far: " : ": ") + Formats.grouped(point.succeeded) + " delivered, "
                + Formats.of(point.failed, "failed attempt", "failed attempts");
    }

    /** The response time at half height. */
    public long middle() {
        return bars.top() / 2;
    }

    /** A summary in one sentence. */
    public String summary() {
        return Formats.grouped(sum(Point::succeeded)) + " delivered and " + Formats.grouped(sum(Point::failed))
                + " failed attempts in the last " + span.title + ".";
    }

    private long sum(Function<Point, Long> member) {
        return points.stream().mapToLong(member::apply).sum();
    }

    /** The median response time as an SVG path. */
    public String medianLine() {
        return line(Point::p50);
    }

    /** The 95th percentile of response times as an SVG path. */
    public String slowLine() {
        return line(Point::p95);
    }

    /** A line with gaps where there was no response. A single point becomes a short line. */
    private String line(Function<Point, @Nullable Long> member) {
        var path = new StringBuilder();
        boolean isOn = false;
        for (int i = 0; i < points.size(); i++) {
            var value = member.apply(points.get(i));
            if (value != null) {
                long y = Bars.HEIGHT - value * Bars.HEIGHT / topMs;
                int x = i * Bars.STEP;
                path.append(isOn ? "L" : "M")
                        .append(x + 2)
                        .append(' ')
                        .append(y)
                        .append("h6");
            }
            isOn = value != null;
        }
        return path.toString();
    }
}
