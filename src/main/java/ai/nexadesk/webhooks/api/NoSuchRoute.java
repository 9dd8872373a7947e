package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Answers what no resource and no static file wanted, and what the HTTP server refuses before they are asked. */
@Singleton
final class NoSuchRoute {

    private final ObjectMapper json;

    NoSuchRoute(ObjectMapper json) {
        this.json = json;
    }

    void register(@Observes Router router) {
        router.route().order(Integer.MAX_VALUE).handler(request -> answer(404, request));
        router.errorHandler(413, request -> answer(413, request));
    }

    private void answer(int status, RoutingContext request) {
        var failure = Failure.of(Failures.ofStatus(status));
        var isApi = ApiPath.includes(request.normalizedPath());
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, isApi ? "application/json" : "text/html;charset=UTF-8")
                .end(isApi ? json(failure.error()) : failure.html(request));
    }

    private String json(ApiError error) {
        try {
            return json.writeValueAsString(error);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A record of strings can be written", impossible);
        }
    }
}
