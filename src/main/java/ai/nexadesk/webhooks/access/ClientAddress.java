package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.guard.Proxies;
import ai.nexadesk.webhooks.outbound.address.Network;
import io.netty.util.NetUtil;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.http.HttpServerRequest;

import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import jakarta.inject.Singleton;

/**
 * The client address of a request. In {@code X-Forwarded-For}, only the part that configured proxies wrote is trusted:
 * read from the end, the first address that is not a proxy's is the client's. Anything before it came from the client
 * and is ignored.
 */
@Singleton
public final class ClientAddress implements Proxies {

    private static final Pattern DECORATION = Pattern.compile("^\\[|%.*|]$");

    private final List<Network> proxies;

    ClientAddress(ProxySettings settings) {
        try {
            proxies = settings.trustedProxies().orElse(Set.of()).stream()
                    .map(Network::parse)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("nexadesk.trusted-proxies: " + e.getMessage());
        }
    }

    public String of(HttpServerRequest request) {
        var client = plain(request.remoteAddress().hostAddress());
        var hops = String.join(",", request.headers().getAll("X-Forwarded-For")).split(",");
        for (int i = hops.length - 1; i >= 0 && isProxy(client); i--) {
            var hop = Network.literal(plain(hops[i].strip()));
            if (hop == null) {
                break;
            }
            client = NetUtil.bytesToIpAddress(Network.unmapped(hop));
        }
        return client;
    }

    /**
     * The smallest network that belongs to one client: an IPv4 address, or the first 64 bits of an IPv6 address, written
     * in full so that wider networks are its prefixes.
     */
    public String networkOf(HttpServerRequest request) {
        var ip = of(request);
        var bytes = Network.literal(ip);
        return bytes != null && bytes.length == 16 ? HexFormat.ofDelimiter(":").formatHex(bytes, 0, 8) : ip;
    }

    @Override
    public boolean isProxy(String ip) {
        return proxies.stream().anyMatch(network -> network.contains(plain(ip)));
    }

    /** An address without brackets and without a zone such as {@code %eth0}. */
    private static String plain(String ip) {
        return DECORATION.matcher(ip).replaceAll("");
    }
}
