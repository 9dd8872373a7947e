package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.web.CookieSettings;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Adds security headers to every response. */
@Singleton
final class SecurityHeaders {

    private static final String ONLY_OUR_OWN = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
            + " frame-ancestors 'none'";

    private final boolean https;

    private final String csrfCookie;

    SecurityHeaders(
            CookieSettings settings, @ConfigProperty(name = "quarkus.rest-csrf.cookie-name") String csrfCookie) {
        this.csrfCookie = csrfCookie;
        https = settings.secureCookies();
    }

    void register(@Observes Filters filters) {
        filters.register(this::add, 1000);
    }

    private void add(RoutingContext request) {
        var headers = request.response().headers();
        headers.set("X-Content-Type-Options", "nosniff");
        boolean isApi = ApiPath.includes(request.normalizedPath());
        if (!isApi) {
            headers.set("Content-Security-Policy", ONLY_OUR_OWN);
            headers.set("Referrer-Policy", "no-referrer");
        }
        if (https) {
            headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
        // The token is only for forms, but the library sends it with every response.
        if (isApi) {
            request.addHeadersEndHandler(nothing -> request.response().removeCookie(csrfCookie, false));
        }
        // Static files set their own cache headers. Nothing else may be cached.
        request.addHeadersEndHandler(nothing -> {
            if (!headers.contains(HttpHeaders.CACHE_CONTROL)) {
                headers.set(HttpHeaders.CACHE_CONTROL, "no-store");
            }
        });
        request.next();
    }
}
