package ai.nexadesk.webhooks.api.guard;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/**
 * Disconnects clients that send requests too slowly: head and body each have a deadline. The idle timeout ends
 * connections that send nothing.
 */
@Singleton
final class SlowRequests {

    private static final int BEFORE_ALL_OTHERS = 1_000;

    private final Vertx vertx;
    private final RequestSettings settings;

    SlowRequests(Vertx vertx, RequestSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** Runs before anything opens a connection. */
    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        ConnectionHandlers.set(settings.headTimeout().toMillis());
    }

    void register(@Observes Filters filters) {
        filters.register(this::watch, BEFORE_ALL_OTHERS);
    }

    private void watch(RoutingContext context) {
        var request = context.request();
        if (hasBody(request)) {
            long timer = vertx.setTimer(settings.bodyTimeout().toMillis(), end -> {
                if (!request.isEnded()) {
                    request.connection().close();
                }
            });
            context.addEndHandler(answered -> {
                // Quarkus REST leaves requests paused, and a paused request never ends. Therefore, resume it.
                request.resume();
                if (request.isEnded()) {
                    vertx.cancelTimer(timer);
                } else {
                    request.endHandler(end -> vertx.cancelTimer(timer));
                }
            });
        }
        context.next();
    }

    static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
}
