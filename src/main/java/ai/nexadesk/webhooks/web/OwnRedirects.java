package ai.nexadesk.webhooks.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Redirects from page to page name a path only. The framework makes them absolute, with the host that the request named and the
 * scheme that it came by: behind a proxy the one is the client's word, and the other is http where people have https.
 */
@Singleton
final class OwnRedirects {

    OwnRedirects() {}

    void register(@Observes Filters filters) {
        filters.register(this::shorten, 1000);
    }

    private void shorten(RoutingContext request) {
        request.addHeadersEndHandler(nothing -> {
            var headers = request.response().headers();
            var path = path(headers.get(HttpHeaders.LOCATION), request);
            if (path != null) {
                headers.set(HttpHeaders.LOCATION, path);
            }
        });
        request.next();
    }

    private static @Nullable String path(@Nullable String location, RoutingContext request) {
        var asked = request.request();
        if (location == null || asked.authority() == null) {
            return null;
        }
        try {
            var target = new URI(location);
            boolean isOurs = asked.scheme().equals(target.getScheme())
                    && asked.authority().toString().equals(target.getRawAuthority());
            // Two slashes would begin another host.
            return isOurs
                    ? target.getRawPath().replaceFirst("^/*", "/")
                            + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery())
                    : null;
        } catch (URISyntaxException notOurs) {
            return null;
        }
    }
}
