package ai.nexadesk.webhooks.api.guard;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Counts the open connections of each client: an IPv4 address, or the first 64 bits of an IPv6 address. */
final class ConnectionCounts {

    private final Map<Object, Integer> counts = new ConcurrentHashMap<>();
    private final int most;
    private final Predicate<InetAddress> isProxy;

    /**
     * Starts with no open connections.
     *
     * @param most the maximum per client; 0 for no limit
     * @param isProxy whether an address is a proxy, whose connections are not counted
     */
    ConnectionCounts(int most, Predicate<InetAddress> isProxy) {
        this.most = most;
        this.isProxy = isProxy;
    }

    /** Whether this client may open another connection. If so, it counts until {@link #leave}. */
    boolean enter(InetAddress client) {
        if (most == 0 || isProxy.test(client)) {
            return true;
        }
        boolean mayEnter = counts.merge(networkOf(client), 1, Integer::sum) <= most;
        if (!mayEnter) {
            leave(client);
        }
        return mayEnter;
    }

    /** Stops counting a connection that was closed. */
    void leave(InetAddress client) {
        counts.computeIfPresent(networkOf(client), (network, count) -> count == 1 ? null : count - 1);
    }

    private static Object networkOf(InetAddress client) {
        return client instanceof Inet6Address
                ? ByteBuffer.wrap(client.getAddress(), 0, 8).getLong()
                : client;
    }
}
