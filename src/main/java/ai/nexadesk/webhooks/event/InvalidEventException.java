package ai.nexadesk.webhooks.event;

/** What was to be published cannot be; nothing of it is stored. The message is for whoever wrote the publisher. */
public final class InvalidEventException extends RuntimeException {

    private final String code;
    private final String path;

    private InvalidEventException(String code, String path, String message) {
        // It answers a request and is never logged: a stack trace would only cost time.
        super(message, null, false, false);
        this.code = code;
        this.path = path;
    }

    /** An event that is wrong at this path, for this reason. */
    public static InvalidEventException at(String code, String path, String reason) {
        return new InvalidEventException(code, path, path + ": " + reason);
    }

    /** What is wrong: stable, for programs, such as {@code unknown_event_type}. */
    public String code() {
        return code;
    }

    /** Where it is wrong: a JSON path into what was sent, such as {@code $[3].data.amount}. */
    public String path() {
        return path;
    }

    /** What is wrong and how to mend it: one readable sentence. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
