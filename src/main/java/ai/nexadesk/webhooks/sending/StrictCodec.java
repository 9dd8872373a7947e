package ai.nexadesk.webhooks.sending;

import io.vertx.core.http.HttpConnection;

final class StrictCodec {
    private StrictCodec() {}

    static void install(HttpConnection connection) {}
}
