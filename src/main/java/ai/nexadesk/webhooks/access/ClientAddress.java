package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.guard.Proxies;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpServerRequest;

import java.util.List;
import java.util.Set;
import jakarta.inject.Singleton;

/**
 * The client address of a request. {@code X-Forwarded-For} is trusted only as far as configured proxies wrote it: read from the end,
 * the first address that is not a proxy's is the client's. Anything before it was sent by the client and is ignored.
 */
@Singleton
public final class ClientAddress implements Proxies {

    private final List<IpNetwork> proxies;

    ClientAddress(ProxySettings settings) {
        try {
            proxies = settings.trustedProxies().orElse(Set.of()).stream()
                    .map(IpNetwork::parse)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("nexadesk.trusted-proxies: " + e.getMessage());
        }
    }

    public String of(HttpServerRequest request) {
        var client = request.remoteAddress().hostAddress();
        var hops = String.join(",", request.headers().getAll("X-Forwarded-For")).split(",");
        for (int i = hops.length - 1; i >= 0 && isProxy(client); i--) {
            var hop = IpNetwork.canonical(hops[i].strip());
            if (hop.isEmpty()) {
                break;
            }
            client = hop.get();
        }
        return client;
    }

    /** The network that one client has at least, in a form whose beginning is the beginning of the address. */
    public String networkOf(HttpServerRequest request) {
        return IpNetwork.networkOf(of(request));
    }

    @Override
    public boolean isProxy(String ip) {
        return proxies.stream().anyMatch(network -> network.contains(ip));
    }
}
