package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.guard.Proxies;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpServerRequest;

import java.util.List;
import java.util.Set;
import jakarta.inject.Singleton;

/**
 * The client address of a request. In {@code X-Forwarded-For}, only the part that configured proxies wrote is trusted:
 * read from the end, the first address that is not a proxy's is the client's. Anything before it came from the client
 * and is ignored.
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

    /** The smallest network that belongs to one client, as {@link IpNetwork#networkOf} writes it. */
    public String networkOf(HttpServerRequest request) {
        return IpNetwork.networkOf(of(request));
    }

    @Override
    public boolean isProxy(String ip) {
        return proxies.stream().anyMatch(network -> network.contains(ip));
    }
}
