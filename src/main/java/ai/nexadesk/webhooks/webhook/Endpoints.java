package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.InvalidUrlException;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.address.UrlRules;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jakarta.inject.Singleton;

/** Checks endpoint URLs when they are saved, to report errors early; every attempt checks the address again. */
@Singleton
public class Endpoints {

    private static final int PATIENCE_SECONDS = 2;

    private final UrlRules rules;
    private final AddressPolicy policy;
    private final Resolver resolver;

    Endpoints(UrlRules rules, AddressPolicy policy, Resolver resolver) {
        this.rules = rules;
        this.policy = policy;
        this.resolver = resolver;
    }

    /**
     * The URL in canonical form.
     *
     * @throws InvalidUrlException if requests may not be sent there
     */
    public EndpointUrl check(String text) throws InvalidUrlException {
        var url = EndpointUrl.parse(text.strip(), rules);
        if (!isPublic(url.host())) {
            throw new InvalidUrlException("address_blocked", "This address is private; use a public host.");
        }
        return url;
    }

    /** Whether the host is public. A name that does not resolve now can be saved; the ping will report it. */
    private boolean isPublic(String host) {
        try {
            return resolver.resolve(host).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream()
                    .allMatch(policy::allows);
        } catch (ExecutionException | TimeoutException unknown) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(503, "unavailable", "The server is shutting down.", java.util.Map.of());
        }
    }
}
