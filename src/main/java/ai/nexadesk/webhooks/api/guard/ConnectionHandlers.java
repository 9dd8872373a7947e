package ai.nexadesk.webhooks.api.guard;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/**
 * Installs {@link HeadDeadline} and {@link ServerErrorBodies} on every connection to this server. Netty discovers this
 * class by itself.
 */
public final class ConnectionHandlers extends ChannelInitializerExtension {

    private static volatile long millis;

    /** Called by Netty. */
    public ConnectionHandlers() {}

    /** Sets the deadline; call this before the server listens. */
    static void set(long millis) {
        ConnectionHandlers.millis = millis;
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        if (millis > 0) {
            connection.pipeline().addFirst(new ServerErrorBodies(), new HeadDeadline(millis));
        }
    }
}
