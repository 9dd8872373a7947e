package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.Settings;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.quarkus.runtime.StartupEvent;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** How many connections one client may have open, so that none can take those of all; Netty finds this class by itself. */
public final class ConnectionLimit extends ChannelInitializerExtension {

    private static final ConcurrentHashMap<String, Integer> OPEN = new ConcurrentHashMap<>();

    private static volatile Rule rule = address -> false;

    /** Who is counted, and up to what. */
    private interface Rule {
        boolean isTooMany(InetSocketAddress client);
    }

    /** For Netty. */
    public ConnectionLimit() {}

    /** Knows the settings. */
    @Singleton
    static final class Start {

        private final ClientAddress clients;
        private final int most;

        Start(ClientAddress clients, Settings settings) {
            this.clients = clients;
            this.most = settings.requests().connectionsPerAddress();
        }

        /** Before anybody can connect. */
        void set(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
            rule = client -> OPEN.getOrDefault(key(client), 0) >= most
                    && !clients.isProxy(client.getAddress().getHostAddress());
        }
    }

    private static String key(InetSocketAddress client) {
        return IpNetwork.ofClient(client.getAddress()).toString();
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        if (connection.remoteAddress() instanceof InetSocketAddress client) {
            connection.pipeline().addFirst(new Counted(client));
        }
    }

    /** Closes a connection that is one too many before a byte of it is read. */
    private static final class Counted extends ChannelInboundHandlerAdapter {

        private final InetSocketAddress client;
        private boolean isCounted;

        Counted(InetSocketAddress client) {
            this.client = client;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (rule.isTooMany(client)) {
                context.close();
                return;
            }
            isCounted = true;
            OPEN.merge(key(client), 1, Integer::sum);
            context.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (isCounted) {
                OPEN.computeIfPresent(key(client), (key, open) -> open == 1 ? null : open - 1);
            }
            context.fireChannelInactive();
        }
    }
}
