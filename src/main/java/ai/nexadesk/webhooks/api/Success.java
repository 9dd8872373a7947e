package ai.nexadesk.webhooks.api;

/**
 * What the API answers when all went well.
 *
 * @param success always true
 * @param data what was asked for
 */
public record Success<T>(boolean success, T data) {

    /** Wraps what was asked for. */
    public static <T> Success<T> of(T data) {
        return new Success<>(true, data);
    }
}
