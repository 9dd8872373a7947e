package ai.nexadesk.webhooks.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;

import java.util.stream.Stream;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;

/**
 * Lets browsers cache a static file for a year if its URL contains the version. During an upgrade, another replica can
 * have another version of the file, which must not be cached under that URL.
 */
@Singleton
final class AssetCaching {

    private static final String A_YEAR = "public, max-age=31536000, immutable";
    private static final String NOT_AT_ALL = "no-cache";

    private final Assets assets;

    AssetCaching(Assets assets) {
        this.assets = assets;
    }

    void register(@Observes Filters filters) {
        filters.register(this::add, 900);
    }

    private void add(RoutingContext request) {
        var path = request.normalizedPath();
        if (Stream.of(Assets.OWN, "/webjars/", "/_static/").anyMatch(path::startsWith)) {
            request.addHeadersEndHandler(nothing -> request.response()
                    .putHeader(HttpHeaders.CACHE_CONTROL, isToBeKept(request, path) ? A_YEAR : NOT_AT_ALL));
        }
        request.next();
    }

    /** Whether to cache the file. Files of libraries have their version in the path. */
    private boolean isToBeKept(RoutingContext request, String path) {
        return request.response().getStatusCode() < 400
                && (!path.startsWith(Assets.OWN)
                        || assets.isOwn(request.request().uri(), path.substring(Assets.OWN.length())));
    }
}
