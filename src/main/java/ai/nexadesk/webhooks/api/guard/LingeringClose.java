package ai.nexadesk.webhooks.api.guard;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Closes a connection whose request was answered before it was complete, as described in RFC 9112, section 9.6: for a
 * while, further bytes are read and discarded. Closing immediately would reset the connection when those bytes arrive,
 * and the reset can destroy the response before the client has read it.
 */
final class LingeringClose {

    /**
     * A client that has sent nothing for this many milliseconds has stopped sending its body. nginx waits equally long.
     */
    private static final int PAUSE = 5_000;

    private final HttpServerRequest request;
    private boolean isSending;

    private LingeringClose(RoutingContext context) {
        request = context.request();
    }

    /**
     * Starts closing. Call this when the response has been written. The body deadline disconnects clients that never
     * stop sending.
     */
    static void begin(RoutingContext context) {
        var close = new LingeringClose(context);
        var request = close.request;
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        long timer = context.vertx().setPeriodic(PAUSE, now -> close.check());
        request.connection().closeHandler(closed -> context.vertx().cancelTimer(timer));
        request.handler(part -> close.isSending = true);
        request.endHandler(end -> request.connection().close());
        request.resume();
    }

    private void check() {
        if (!isSending) {
            request.connection().close();
        }
        isSending = false;
    }
}
