package ai.nexadesk.webhooks.outbound.address;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which addresses requests may go to: those that are public according to the IANA special-purpose registries
 * (RFC 6890), and the networks that the operator allows. Addresses are compared as bytes; an address not known to be
 * public is rejected.
 */
public final class AddressPolicy {
    private static final List<Network> NOT_PUBLIC_IPV4 = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    private static final Network GLOBAL_UNICAST_IPV6 = Network.parse("2000::/3");
    private static final List<Network> NOT_PUBLIC_IPV6 =
            networks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20");

    private final List<Network> allowed;

    /**
     * Creates a policy.
     *
     * @param allowedCidrs networks that are allowed although they are not public, such as {@code 10.20.0.0/16}
     * @throws IllegalArgumentException if one of them is not a network, with a message for operators
     */
    public AddressPolicy(Collection<String> allowedCidrs) {
        this.allowed = allowedCidrs.stream().map(Network::parseExact).toList();
    }

    private static List<Network> networks(String... cidrs) {
        return Stream.of(cidrs).map(Network::parse).toList();
    }

    /** Whether a request may go to this address. An IPv4-mapped IPv6 address counts as the IPv4 address in it. */
    public boolean allows(InetAddress address) {
        byte[] bytes = Network.unmapped(address.getAddress());
        return contains(allowed, bytes) || isPublic(bytes);
    }

    private static boolean isPublic(byte[] bytes) {
        return switch (bytes.length) {
            case 4 -> !contains(NOT_PUBLIC_IPV4, bytes);
            case 16 -> GLOBAL_UNICAST_IPV6.contains(bytes) && !contains(NOT_PUBLIC_IPV6, bytes);
            default -> false;
        };
    }

    private static boolean contains(List<Network> networks, byte[] address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
