package ai.nexadesk.webhooks.api;

/**
 * The API's response to a successful request.
 *
 * @param success always true
 * @param data the result
 */
public record Success<T>(boolean success, T data) {

    /** Wraps a result. */
    public static <T> Success<T> of(T data) {
        return new Success<>(true, data);
    }
}
