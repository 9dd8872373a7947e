package ai.nexadesk.webhooks.api.guard;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.NetUtil;
import io.quarkus.runtime.StartupEvent;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** Limits the connections of one client, so that it cannot use up all connections of the server. */
@Singleton
final class ConnectionLimit {

    private final ConnectionCounts connections;
    private final Counter refused;

    ConnectionLimit(RequestSettings settings, Proxies proxies, MeterRegistry metrics) {
        connections = new ConnectionCounts(
                settings.connectionsPerAddress(), address -> proxies.isProxy(NetUtil.toAddressString(address)));
        refused = Counter.builder("nexadesk.connections.refused")
                .description("Connections closed immediately because their address had too many")
                .register(metrics);
    }

    void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        ConnectionLimitHandler.set(connections, refused::increment);
    }
}
