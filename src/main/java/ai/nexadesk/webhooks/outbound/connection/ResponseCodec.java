package ai.nexadesk.webhooks.outbound.connection;

import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnection;

/** Encodes requests in the usual way and decodes responses with {@link ResponseDecoder}. */
public final class ResponseCodec extends CombinedChannelDuplexHandler<ResponseDecoder, HttpRequestEncoder> {
    private static final String VERTX_CODEC = "codec";

    private ResponseCodec(ResponseDecoder decoder) {
        super(decoder, new HttpRequestEncoder());
    }

    /** Replaces the codec of a new connection, before its first request. */
    public static void install(HttpConnection connection, int maxHeaderBytes) {
        var channel = ((HttpClientConnection) connection).channel();
        var state = new ConnectionState();
        state.attachTo(channel);
        var config = new HttpDecoderConfig().setMaxHeaderSize(maxHeaderBytes);
        channel.pipeline().replace(VERTX_CODEC, VERTX_CODEC, new ResponseCodec(new ResponseDecoder(config, state)));
    }
}
