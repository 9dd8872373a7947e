package ai.nexadesk.webhooks.outbound;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Formats status codes in messages, with the registered reason phrase instead of the one the endpoint sent. */
final class StatusPhrase {
    private StatusPhrase() {}

    /** Formats a status as {@code 500 Internal Server Error}, or only {@code 599} if no reason is registered. */
    static String of(int status) {
        String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
        return reason.endsWith(" (" + status + ")") ? Integer.toString(status) : status + " " + reason;
    }
}
