package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Bodies;
import io.vertx.ext.web.RoutingContext;

import jakarta.inject.Singleton;

/**
 * The maximum body size by path, so that nobody can fill the memory by sending large bodies to paths that need only
 * small ones.
 */
@Singleton
final class BodyLimits {

    private static final int PAGE_BYTES = 512 * 1024;

    private final int publishingBytes;

    BodyLimits(BodySettings settings) {
        this.publishingBytes = settings.maxBody();
    }

    /** The limit for this request, in bytes. */
    int of(RoutingContext request) {
        var path = request.normalizedPath();
        if (ApiPath.isInternal(path)) {
            return publishingBytes;
        }
        return ApiPath.includes(path) ? Bodies.LIMIT : PAGE_BYTES;
    }
}
