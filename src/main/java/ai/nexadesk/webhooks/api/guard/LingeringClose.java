package ai.nexadesk.webhooks.api.guard;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Closes a connection whose request was answered before all of it had come, as RFC 9112, 9.6 describes: what still comes is read
 * and thrown away for a while. A connection that is closed at once is reset by the bytes under way, and the reset can destroy the
 * answer before the client has read it.
 */
final class LingeringClose {

    /** A client that has sent nothing for so long, in milliseconds, is not in the middle of its body. As in nginx. */
    private static final int PAUSE = 5_000;

    private final HttpServerRequest request;
    private boolean isSending;

    private LingeringClose(RoutingContext context) {
        request = context.request();
    }

    /** To be called when the answer has been written. The deadline of bodies ends those that never stop sending. */
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
