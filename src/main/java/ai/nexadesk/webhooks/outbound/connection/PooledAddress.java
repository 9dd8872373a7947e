package ai.nexadesk.webhooks.outbound.connection;

import io.vertx.core.net.impl.SocketAddressImpl;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/**
 * The address of a connection and the owner who may use the connection. Vert.x pools connections by this address, so
 * each owner has connections of its own, and requests that want a new connection never get a kept one.
 */
public final class PooledAddress extends SocketAddressImpl {
    private final String owner;
    private final boolean kept;

    /**
     * Creates an address.
     *
     * @param owner who may share the connection, such as the ID of a webhook
     * @param kept whether the connection may stay open for further requests
     */
    public PooledAddress(InetAddress address, int port, String owner, boolean kept) {
        super(port, address.getHostAddress());
        this.owner = owner;
        this.kept = kept;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other)
                && other instanceof PooledAddress address
                && owner.equals(address.owner)
                && kept == address.kept;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + owner.hashCode();
    }
}
