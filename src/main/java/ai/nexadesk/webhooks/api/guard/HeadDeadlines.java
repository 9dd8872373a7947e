package ai.nexadesk.webhooks.api.guard;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/**
 * Installs {@link HeadDeadline} and {@link EmptyRefusals} on every connection to this server. Netty discovers this
 * class by itself.
 */
public final class HeadDeadlines extends ChannelInitializerExtension {

    private static volatile long millis;

    /** Called by Netty. */
    public HeadDeadlines() {}

    /** Sets the deadline; call this before the server listens. */
    static void set(long millis) {
        HeadDeadlines.millis = millis;
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        if (millis > 0) {
            connection.pipeline().addFirst(new EmptyRefusals(), new HeadDeadline(millis));
        }
    }
}
