package ai.nexadesk.webhooks.api.guard;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * Closes connections of clients that have too many, before anything is read from them. Netty discovers this class by
 * itself.
 */
public final class ConnectionLimitHandler extends ChannelInitializerExtension {

    private static volatile @Nullable ConnectionCounts open;
    private static volatile Runnable onRefusal = () -> {};

    /** Called by Netty. */
    public ConnectionLimitHandler() {}

    /** Sets the limit; call this before the server listens. */
    static void set(ConnectionCounts connections, Runnable refused) {
        open = connections;
        onRefusal = refused;
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        var connections = open;
        if (connections == null || !(connection.remoteAddress() instanceof InetSocketAddress client)) {
            return;
        }
        var address = client.getAddress();
        if (connections.enter(address)) {
            connection.closeFuture().addListener(closed -> connections.leave(address));
        } else {
            onRefusal.run();
            connection.pipeline().addFirst(new Refusal());
        }
    }

    private static final class Refusal extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.close();
        }
    }
}
