package ai.nexadesk.webhooks.outbound.address;

import java.util.Set;

/**
 * The rules for endpoint URLs.
 *
 * @param allowInsecure whether {@code http}, any port and {@code localhost} are accepted; for development
 * @param ports ports that are allowed in addition to 443 and 8443
 */
public record UrlRules(boolean allowInsecure, Set<Integer> ports) {
    public UrlRules {
        ports = Set.copyOf(ports);
    }

    boolean allowsPort(int port) {
        return allowInsecure || port == 443 || port == 8443 || ports.contains(port);
    }
}
