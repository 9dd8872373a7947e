package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;

/**
 * How a request ends that went wrong: an {@link ApiError} on the API, an error page elsewhere.
 *
 * @param status the HTTP status
 * @param error what programs are told
 * @param words what people are told
 */
public record ErrorAnswer(int status, ApiError error, String words) {

    /** Programs and people are told the same. */
    public static ErrorAnswer of(ApiException exception) {
        var words = exception.status() == 404 ? "Page not found." : exception.getMessage();
        return new ErrorAnswer(exception.status(), exception.toError(), words);
    }

    /** The answer in the form that suits the path of the request; headers may still be added. */
    public ResponseBuilder answer(RoutingContext request) {
        var response = Response.status(status);
        return ApiPath.includes(request.normalizedPath())
                ? response.type(MediaType.APPLICATION_JSON_TYPE).entity(told(request))
                : response.type(MediaType.TEXT_HTML_TYPE.withCharset("UTF-8")).entity(html(request));
    }

    /** What programs are told; of what was not found, what the path says about it. */
    public ApiError told(RoutingContext request) {
        return status == 404
                ? ApiError.of(error.code(), error.error() + " " + PublicId.hint(request.normalizedPath()))
                : error;
    }

    /** htmx shows the words in the page that is there; a browser needs a page of its own. */
    public String html(RoutingContext request) {
        var isFragment = "true".equals(request.request().getHeader("HX-Request"))
                && !"true".equals(request.request().getHeader("HX-History-Restore-Request"));
        return (isFragment ? new ErrorPage.error$words(words) : ErrorPage.of(status, words)).render();
    }
}
