package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiPath;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * How large the body of a request may be: as large as the address that it is sent to needs, so that nobody fills the memory by
 * sending large bodies to addresses that take small ones.
 */
@Singleton
final class BodyLimits {

    private static final int PAGE_BYTES = 512 * 1024;
    private static final int REST_BYTES = 1024 * 1024;

    /** Where the framework looks for the limit of a body without a length, while it reads it. */
    private static final String LIMIT_WHILE_READING = "io.quarkus.max-request-size";

    private static final int AFTER_THE_SERVERS_OWN_LIMIT = 10;

    private final int publishingBytes;

    BodyLimits(Settings settings) {
        this.publishingBytes = settings.publisher().maxBody();
    }

    void register(@Observes Filters filters) {
        filters.register(
                request -> {
                    if (!request.request().headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                        request.put(LIMIT_WHILE_READING, (long) of(request));
                    }
                    request.next();
                },
                AFTER_THE_SERVERS_OWN_LIMIT);
    }

    /** The limit for this request, in bytes. */
    int of(RoutingContext request) {
        var path = request.normalizedPath();
        if (ApiPath.isInternal(path)) {
            return publishingBytes;
        }
        return ApiPath.includes(path) ? REST_BYTES : PAGE_BYTES;
    }
}
