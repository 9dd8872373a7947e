package ai.nexadesk.webhooks.api.guard;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.RequestEnd;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.atomic.AtomicInteger;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Admits fewer requests than there are threads, so that health checks and scheduled tasks always find a free one.
 * Publishing and waiting at the events feed use none of these threads.
 */
@Singleton
final class ConcurrencyLimit {

    private static final int AFTER_THE_BODY = 15;

    /** Less than half of the default number of threads. */
    private static final int MAX_REQUESTS = 96;

    private static final ApiException FULL =
            ApiException.unavailable("Too many requests are being processed. Send the request again in a second.");

    private final AtomicInteger inside = new AtomicInteger();
    private final RequestGuard guard;

    ConcurrencyLimit(RequestGuard guard) {
        this.guard = guard;
    }

    void register(@Observes Filters filters) {
        filters.register(this::enter, AFTER_THE_BODY);
    }

    private void enter(RoutingContext request) {
        var path = request.normalizedPath();
        if (ApiPath.isInternal(path) || path.equals(ApiPath.EVENTS) || RequestGuard.isOfOperators(request)) {
            request.next();
        } else if (inside.incrementAndGet() > MAX_REQUESTS) {
            inside.decrementAndGet();
            request.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
            guard.refuse(FULL, request);
        } else {
            RequestEnd.of(request, inside::decrementAndGet);
            request.next();
        }
    }
}
