package ai.nexadesk.webhooks.outbound;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Status codes in messages, with the registered reason and never the one that the endpoint made up. */
final class StatusPhrase {
    private StatusPhrase() {}

    /** Such as {@code 500 Internal Server Error}, or {@code 599} alone where no reason is registered. */
    static String of(int status) {
        String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
        return reason.endsWith(" (" + status + ")") ? Integer.toString(status) : status + " " + reason;
    }
}
