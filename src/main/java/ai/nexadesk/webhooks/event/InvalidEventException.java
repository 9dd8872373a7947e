package ai.nexadesk.webhooks.event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was to be published cannot be; nothing of it is stored. The message is for whoever wrote the publisher. */
public final class InvalidEventException extends RuntimeException {

    /** How many bad events are named. */
    static final int MOST = 20;

    private final String code;
    private final String path;
    private final transient Map<String, List<String>> fields;

    private InvalidEventException(String code, String path, String message, Map<String, List<String>> fields) {
        // It answers a request and is never logged: a stack trace would only cost time.
        super(message, null, false, false);
        this.code = code;
        this.path = path;
        this.fields = fields;
    }

    /** An event that is wrong at this path, for this reason. */
    public static InvalidEventException at(String code, String path, String reason) {
        return new InvalidEventException(code, path, path + ": " + reason, Map.of(path, List.of(reason)));
    }

    /** Several events that are wrong, at least one: the message is the first one's. */
    static InvalidEventException of(List<InvalidEventException> all) {
        var first = all.get(0);
        if (all.size() == 1) {
            return first;
        }
        var fields = new LinkedHashMap<String, List<String>>();
        all.forEach(one -> fields.putAll(one.fields));
        var more = all.size() == MOST ? "At least " + MOST : Integer.toString(all.size());
        return new InvalidEventException(
                first.code,
                first.path,
                first.getMessage() + " " + more + " events are not as they must be; see fields.",
                fields);
    }

    /** What is wrong: stable, for programs, such as {@code unknown_event_type}. */
    public String code() {
        return code;
    }

    /** Where it is wrong: a JSON path into what was sent, such as {@code $[3].data.amount}. */
    public String path() {
        return path;
    }

    /** What is wrong with which member, by its path. */
    public Map<String, List<String>> fields() {
        return fields;
    }

    /** What is wrong and how to mend it: one readable sentence. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
