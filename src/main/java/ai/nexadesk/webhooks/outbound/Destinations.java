package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.Resolver;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Resolves the addresses that a request may go to. It is rejected if any address of the host is denied. */
record Destinations(Resolver resolver, AddressPolicy policy) {
    /** A name with more addresses could be used to scan ports. */
    private static final int MAX_TRIED = 8;

    /**
     * The addresses of the host, in the order in which they are tried. Completes with a {@link FailureException} if
     * there is none or one is denied.
     */
    CompletionStage<List<InetAddress>> find(EndpointUrl url) {
        return resolver.resolve(url.host()).handle((addresses, error) -> {
            if (error != null || addresses.isEmpty()) {
                throw new CompletionException(Failure.unknownHost(url.host()).asException());
            }
            if (!addresses.stream().allMatch(policy::allows)) {
                throw new CompletionException(Failure.BLOCKED.asException());
            }
            return addresses.size() == 1 ? addresses : alternating(addresses);
        });
    }

    /** Alternates between the families, so that an unreachable family costs only one attempt (RFC 8305, section 4). */
    private static List<InetAddress> alternating(List<InetAddress> addresses) {
        boolean ipv4First = addresses.get(0) instanceof Inet4Address;
        List<InetAddress> first = new ArrayList<>();
        List<InetAddress> second = new ArrayList<>();
        for (InetAddress address : addresses) {
            (address instanceof Inet4Address == ipv4First ? first : second).add(address);
        }
        List<InetAddress> turns = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            if (i < first.size()) {
                turns.add(first.get(i));
            }
            if (i < second.size()) {
                turns.add(second.get(i));
            }
        }
        return List.copyOf(turns.subList(0, Math.min(turns.size(), MAX_TRIED)));
    }
}
