package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.Settings;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

import java.util.regex.Pattern;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * In the evaluation mode, with its well-known passwords, accepts only host names of this machine. Otherwise, a web site
 * could point its own name to this machine, and its pages in a browser here would have the same origin.
 */
@Singleton
final class LocalOnly {

    private static final int BEFORE_ANYTHING_ANSWERS = 950;

    private static final Pattern LOCAL =
            Pattern.compile("(?:localhost|[\\w-]+\\.localhost|127(?:\\.\\d+){3}|\\[?::1]?)", Pattern.CASE_INSENSITIVE);

    private final Settings settings;

    LocalOnly(Settings settings) {
        this.settings = settings;
    }

    void register(@Observes Filters filters) {
        if (settings.evaluation()) {
            filters.register(LocalOnly::check, BEFORE_ANYTHING_ANSWERS);
        }
    }

    private static void check(RoutingContext request) {
        var asked = request.request().authority();
        if (asked == null || LOCAL.matcher(asked.host()).matches()) {
            request.next();
            return;
        }
        request.response()
                .setStatusCode(403)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain;charset=UTF-8")
                .end("The evaluation mode is available on this machine only. Open it as localhost.");
    }
}
