package ai.nexadesk.webhooks.api;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;

/** Ends a request with an error that the caller can understand. On pages, it becomes an error page. */
public final class ApiException extends WebApplicationException {

    private final String code;
    private final transient Map<String, List<String>> fields;

    /**
     * An error of any kind.
     *
     * @param status the HTTP status
     * @param code a stable code for programs
     * @param message the error as a sentence for people
     * @param fields the problems of each member of the request
     */
    public ApiException(int status, String code, String message, Map<String, List<String>> fields) {
        this(status, code, message, fields, null);
    }

    private ApiException(
            int status, String code, String message, Map<String, List<String>> fields, @Nullable Throwable cause) {
        super(message, cause, Response.status(status).build());
        this.code = code;
        this.fields = fields;
    }

    /** 404, with the same response for missing objects and those of another workspace. */
    public static ApiException notFound() {
        return new ApiException(404, "not_found", "Resource not found.", Map.of());
    }

    /** 400 about the request as a whole. */
    public static ApiException badRequest(String code, String message) {
        return badRequest(code, message, Map.of());
    }

    /** 400 about members of the request. */
    public static ApiException badRequest(String code, String message, Map<String, List<String>> fields) {
        return new ApiException(400, code, message, fields);
    }

    /** 400 about one member of the request. */
    public static ApiException invalid(String field, String message) {
        return badRequest("validation_failed", message, Map.of(field, List.of(message)));
    }

    /**
     * Returns the body of a request that must have one.
     *
     * @throws ApiException 400 if there is none
     */
    public static <T> T given(@Nullable T body) {
        if (body == null) {
            throw badRequest("malformed_json", "The body must be a JSON object.");
        }
        return body;
    }

    /** 403: the caller is authenticated but may not do this. */
    public static ApiException forbidden(String code, String message) {
        return new ApiException(403, code, message, Map.of());
    }

    /** 409: the object's state does not allow this. */
    public static ApiException conflict(String code, String message) {
        return new ApiException(409, code, message, Map.of());
    }

    /** 413: the request exceeds this many bytes. */
    public static ApiException tooLarge(long limit) {
        return new ApiException(
                413, "payload_too_large", "The request may have at most " + limit + " bytes.", Map.of());
    }

    /** 429: too many requests. */
    public static ApiException tooMany(String code, String message) {
        return new ApiException(429, code, message, Map.of());
    }

    /** 503: temporarily unavailable. The same request may succeed a second later. */
    public static ApiException unavailable(String message) {
        return unavailable(message, null);
    }

    /** 503 with a cause that is logged for operators; null for mere overload. */
    public static ApiException unavailable(String message, @Nullable Throwable cause) {
        return new ApiException(503, "unavailable", message, Map.of(), cause);
    }

    /** The HTTP status. */
    public int status() {
        return getResponse().getStatus();
    }

    /** The stable code for programs. */
    public String code() {
        return code;
    }

    /** The problems of each member of the request; empty if the error is not about members. */
    public Map<String, List<String>> fields() {
        return fields;
    }

    /** The error as the API returns it. */
    public ApiError toError() {
        return ApiError.of(code, getMessage(), fields);
    }
}
