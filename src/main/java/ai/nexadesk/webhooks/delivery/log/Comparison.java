package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.web.Formats;
import io.quarkus.qute.RawString;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Two attempts of a delivery side by side. The request body is the same in both.
 *
 * @param one the first one
 * @param other the second one
 * @param facts their URLs and outcomes
 * @param request their request headers
 * @param response their response headers
 * @param body the bodies of their responses, line by line
 */
record Comparison(Attempt one, Attempt other, List<Row> facts, List<Row> request, List<Row> response, List<Line> body) {

    /** A value of both attempts; blank if an attempt has none. */
    record Row(String name, String one, String other) {

        public boolean isSame() {
            return one.equals(other);
        }
    }

    /**
     * A line of a body, as markup.
     *
     * @param element the HTML element: {@code span} if both bodies have the line, {@code del} or {@code ins} if only
     *     the first or the second one has it
     */
    record Line(String element, RawString text) {}

    /** Compares the attempts with these numbers; empty unless both exist. */
    static Optional<Comparison> of(List<Attempt> attempts, int one, int other) {
        var first = attempts.stream().filter(attempt -> attempt.number == one).findFirst();
        return first.flatMap(left -> attempts.stream()
                .filter(attempt -> attempt.number == other && one != other)
                .findFirst()
                .map(right -> of(left, right)));
    }

    private static Comparison of(Attempt one, Attempt other) {
        var facts = List.of(
                new Row("Result", result(one), result(other)),
                new Row("Duration", duration(one), duration(other)),
                new Row("URL", one.url, other.url));
        return new Comparison(
                one,
                other,
                facts,
                rows(one.requestHeaders(), other.requestHeaders()),
                rows(one.responseHeaders(), other.responseHeaders()),
                lines(body(one), body(other)));
    }

    private static String result(Attempt attempt) {
        @Nullable Integer status = attempt.statusCode;
        @Nullable String error = attempt.errorCode;
        return status != null ? Formats.withReason(status) : error == null ? "" : Formats.errorName(error);
    }

    private static String duration(Attempt attempt) {
        return attempt.durationMs == null ? "" : Formats.duration(attempt.durationMs);
    }

    private static List<Row> rows(List<Header> one, List<Header> other) {
        var names = new LinkedHashSet<String>();
        one.forEach(header -> names.add(header.name().toLowerCase(Locale.ROOT)));
        other.forEach(header -> names.add(header.name().toLowerCase(Locale.ROOT)));
        return names.stream()
                .map(name -> new Row(name, values(one, name), values(other, name)))
                .toList();
    }

    private static String values(List<Header> headers, String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(header -> Formats.visible(header.value()))
                .collect(Collectors.joining(", "));
    }

    private static List<String> body(Attempt attempt) {
        var response = attempt.response();
        if (response.size() == 0) {
            return List.of();
        }
        return response.isText()
                ? Formats.pretty(response.text()).getValue().lines().toList()
                : List.of(response.size() + " bytes. " + response.note());
    }

    /** The common first lines, the lines that differ, and the common last lines. */
    private static List<Line> lines(List<String> one, List<String> other) {
        int shorter = Math.min(one.size(), other.size());
        int head = 0;
        while (head < shorter && one.get(head).equals(other.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && one.get(one.size() - 1 - tail).equals(other.get(other.size() - 1 - tail))) {
            tail++;
        }
        var lines = new ArrayList<Line>();
        add(lines, "span", one.subList(0, head));
        add(lines, "del", one.subList(head, one.size() - tail));
        add(lines, "ins", other.subList(head, other.size() - tail));
        add(lines, "span", one.subList(one.size() - tail, one.size()));
        return lines;
    }

    private static void add(List<Line> lines, String element, List<String> texts) {
        texts.forEach(text -> lines.add(new Line(element, new RawString(text))));
    }
}
