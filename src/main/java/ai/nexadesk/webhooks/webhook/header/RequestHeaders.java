package ai.nexadesk.webhooks.webhook.header;

import ai.nexadesk.webhooks.outbound.Header;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The headers that a webhook adds to its requests. Names are case-insensitive. Values are secret.
 *
 * @param headers in the order of their names
 */
public record RequestHeaders(List<Header> headers) {

    /** No headers. */
    public static final RequestHeaders NONE = new RequestHeaders(List.of());

    /** The placeholder for a value. */
    public static final String MASK = "••••••••";

    /** The headers without their values. */
    @Override
    public String toString() {
        return names().toString();
    }

    /** Their names, as they are spelled in requests. */
    public List<String> names() {
        return headers.stream().map(Header::name).toList();
    }

    /** Headers with these names and masked values. */
    public static List<Header> masked(Collection<String> names) {
        return names.stream().map(name -> new Header(name, MASK)).toList();
    }

    /** The problems of these changes, as sentences for people. */
    public static List<String> problems(Map<String, @Nullable String> changes) {
        var problems = new ArrayList<String>();
        var seen = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        changes.forEach((name, value) -> {
            var problem = HeaderRules.problemWithName(name);
            if (problem == null && value != null) {
                problem = HeaderRules.problemWithValue(name, value.strip());
            }
            if (problem == null && seen.put(name, "") != null) {
                problem = name + " occurs twice. Use each name once.";
            }
            if (problem != null && problems.size() < HeaderRules.MAX_HEADERS) {
                problems.add(problem);
            }
        });
        return problems;
    }

    /**
     * These headers with changes: a value sets a header, null removes it, and other headers stay.
     *
     * @throws TooManyException if the result has more than ten headers
     */
    public RequestHeaders with(Map<String, @Nullable String> changes) {
        var all = new TreeMap<String, Header>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(header -> all.put(header.name(), header));
        changes.forEach((name, value) -> {
            all.remove(name);
            if (value != null) {
                all.put(name, new Header(name, value.strip()));
            }
        });
        if (all.size() > HeaderRules.MAX_HEADERS) {
            throw new TooManyException();
        }
        return new RequestHeaders(List.copyOf(all.values()));
    }

    /** Thrown if a webhook would have more headers than allowed. */
    public static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyException() {
            super("Use at most " + HeaderRules.MAX_HEADERS + " request headers.");
        }
    }

    /** The headers as text for encryption; neither names nor values contain line breaks. */
    public String write() {
        var text = new StringBuilder();
        headers.forEach(header ->
                text.append(header.name()).append('\n').append(header.value()).append('\n'));
        return text.toString();
    }

    /** Reads the text that {@link #write} returned. */
    public static RequestHeaders read(String text) {
        var lines = text.split("\n");
        var headers = new ArrayList<Header>();
        for (int i = 0; i + 1 < lines.length; i += 2) {
            headers.add(new Header(lines[i], lines[i + 1]));
        }
        return new RequestHeaders(List.copyOf(headers));
    }
}
