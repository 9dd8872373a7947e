package ai.nexadesk.webhooks.api;

import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.atomic.AtomicBoolean;

/** Runs an action exactly once when a request has ended, even if the client disconnected. */
public final class RequestEnd {

    private RequestEnd() {}

    public static void of(RoutingContext request, Runnable work) {
        var isDone = new AtomicBoolean();
        Runnable once = () -> {
            if (isDone.compareAndSet(false, true)) {
                work.run();
            }
        };
        request.addEndHandler(end -> once.run());
        if (request.response().closed() || request.response().ended()) {
            once.run();
        }
    }
}
