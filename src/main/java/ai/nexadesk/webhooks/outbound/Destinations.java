package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.Resolver;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Finds the one address that a request may go to: resolved anew, and refused when any address of the host is denied. */
record Destinations(Resolver resolver, AddressPolicy policy) {

    /** The first address of the host; completes with a {@link FailureException} when there is none or one is denied. */
    CompletionStage<InetAddress> find(EndpointUrl url) {
        return resolver.resolve(url.host()).handle((addresses, error) -> {
            if (error != null || addresses.isEmpty()) {
                throw new CompletionException(new FailureException(Failure.unknownHost(url.host())));
            }
            return allowed(addresses);
        });
    }

    private InetAddress allowed(List<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            if (!policy.allows(address)) {
                throw new CompletionException(new FailureException(Failure.BLOCKED));
            }
        }
        return addresses.get(0);
    }
}
