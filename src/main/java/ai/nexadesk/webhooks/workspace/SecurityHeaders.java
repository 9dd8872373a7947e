package ai.nexadesk.webhooks.workspace;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiPath;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What every answer tells browsers not to do with it. */
@Singleton
final class SecurityHeaders {

    private static final String ONLY_OUR_OWN = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
            + " frame-ancestors 'none'";

    private final boolean https;

    SecurityHeaders(Settings settings) {
        https = settings.sessions().secureCookies();
    }

    void register(@Observes Filters filters) {
        filters.register(this::add, 1000);
    }

    private void add(RoutingContext request) {
        var headers = request.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        if (!ApiPath.includes(request.normalizedPath())) {
            headers.set("Content-Security-Policy", ONLY_OUR_OWN);
            headers.set("Referrer-Policy", "no-referrer");
        }
        if (https) {
            headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
        // Static files say themselves how long they keep; nothing else may be kept.
        request.addHeadersEndHandler(nothing -> {
            if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
                headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
            }
        });
        request.next();
    }
}
