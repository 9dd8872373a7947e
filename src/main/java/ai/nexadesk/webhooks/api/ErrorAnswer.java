package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;

/**
 * The response to a failed request: an {@link ApiError} in the API, an error page elsewhere.
 *
 * @param status the HTTP status
 * @param error the error for programs
 * @param words the message for people
 */
public record ErrorAnswer(int status, ApiError error, String words) {

    /** An answer with the same message for programs and people. */
    public static ErrorAnswer of(ApiException exception) {
        var words = exception.status() == 404 ? "Page not found." : exception.getMessage();
        return new ErrorAnswer(exception.status(), exception.toError(), words);
    }

    /** The response in the form for the path of the request. Headers may be added. */
    public ResponseBuilder answer(RoutingContext request) {
        var response = Response.status(status);
        return ApiPath.includes(request.normalizedPath())
                ? response.type(MediaType.APPLICATION_JSON_TYPE).entity(toApiError(request))
                : response.type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8")).entity(html(request));
    }

    /** The error for programs. A 404 gets a hint from the path. */
    public ApiError toApiError(RoutingContext request) {
        return status == 404
                ? ApiError.of(error.code(), error.error() + " " + PublicId.hint(request.normalizedPath()))
                : error;
    }

    /** The message as HTML: a fragment for htmx, which shows it in the current page, or otherwise a full page. */
    public String html(RoutingContext request) {
        var isFragment = "true".equals(request.request().getHeader("HX-Request"))
                && !"true".equals(request.request().getHeader("HX-History-Restore-Request"));
        return (isFragment ? new ErrorPage.error$message(words) : ErrorPage.of(status, words)).render();
    }
}
