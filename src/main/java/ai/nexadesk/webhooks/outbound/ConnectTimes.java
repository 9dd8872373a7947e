package ai.nexadesk.webhooks.outbound;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpClientConnection;
import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;

/**
 * Records when TCP connections are established. Vert.x reports a connection only after the TLS handshake, so this is
 * needed to measure the handshake separately. Netty discovers this class by itself.
 */
public final class ConnectTimes extends ChannelInitializerExtension {

    private static final AttributeKey<Long> NANOS = AttributeKey.valueOf(ConnectTimes.class, "nanos");
    private static final Note NOTE = new Note();

    /** Called by Netty. */
    public ConnectTimes() {}

    /** Starts recording; call this before the first connection, when Netty discovers such classes. */
    static void enable() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    /**
     * The {@link System#nanoTime()} at which a TLS connection was established and its handshake began, or at which
     * connecting without TLS began; null if it was not recorded.
     */
    static @Nullable Long nanosOf(HttpConnection connection) {
        return ((HttpClientConnection) connection).channel().attr(NANOS).get();
    }

    @Override
    public void postInitializeClientChannel(Channel connection) {
        connection.pipeline().addFirst(NOTE);
    }

    /**
     * Records when a connection becomes active. Vert.x removes this handler from connections without TLS before they
     * are active; it then only marks new connections.
     */
    @Sharable
    private static final class Note extends ChannelDuplexHandler {
        @Override
        public void connect(
                ChannelHandlerContext context,
                SocketAddress remote,
                @Nullable SocketAddress local,
                ChannelPromise promise) {
            context.channel().attr(NANOS).set(System.nanoTime());
            context.connect(remote, local, promise);
        }

        /** Runs before the TLS handler, which starts the handshake in the same call. */
        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.channel().attr(NANOS).set(System.nanoTime());
            context.fireChannelActive();
        }
    }
}
