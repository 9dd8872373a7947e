package ai.nexadesk.webhooks.event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Thrown if a publishing request is invalid; nothing was stored. The message is for developers of the publisher. */
public final class InvalidEventException extends RuntimeException {

    /** Maximum invalid events to report. */
    static final int MAX_PROBLEMS = 20;

    private final String code;
    private final String path;
    private final transient Map<String, List<String>> fields;

    private InvalidEventException(String code, String path, String message, Map<String, List<String>> fields) {
        // It becomes a response and is never logged, so it needs no stack trace.
        super(message, null, false, false);
        this.code = code;
        this.path = path;
        this.fields = fields;
    }

    /** An event that is invalid at this path, for this reason. */
    public static InvalidEventException at(String code, String path, String reason) {
        return new InvalidEventException(code, path, path + ": " + reason, Map.of(path, List.of(reason)));
    }

    /** Several invalid events, at least one. The message is that of the first one. */
    static InvalidEventException of(List<InvalidEventException> all) {
        var first = all.get(0);
        if (all.size() == 1) {
            return first;
        }
        var fields = new LinkedHashMap<String, List<String>>();
        all.forEach(one -> fields.putAll(one.fields));
        var more = all.size() == MAX_PROBLEMS ? "At least " + MAX_PROBLEMS : Integer.toString(all.size());
        return new InvalidEventException(
                first.code, first.path, first.getMessage() + " " + more + " events are invalid; see fields.", fields);
    }

    /** The error code, stable, such as {@code unknown_event_type}. */
    public String code() {
        return code;
    }

    /** The JSON path of the problem in the request, such as {@code $[3].data.amount}. */
    public String path() {
        return path;
    }

    /** The problems by the path of the member. */
    public Map<String, List<String>> fields() {
        return fields;
    }

    /** What is wrong and how to fix it, in one sentence. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
