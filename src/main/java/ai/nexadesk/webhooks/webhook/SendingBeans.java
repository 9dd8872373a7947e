package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import io.vertx.core.Vertx;

import java.util.List;
import java.util.Set;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Where requests may go, from the settings. */
final class SendingBeans {

    private SendingBeans() {}

    @Produces
    @Singleton
    static UrlRules urlRules(Settings settings) {
        var outgoing = settings.outgoing();
        return new UrlRules(outgoing.allowInsecure(), outgoing.ports().orElse(Set.of()));
    }

    @Produces
    @Singleton
    static AddressPolicy addressPolicy(Settings settings) {
        return new AddressPolicy(settings.outgoing().allowedNetworks().orElse(Set.of()));
    }

    @Produces
    @Singleton
    static Resolver resolver(Settings settings, Vertx vertx) {
        return new DnsResolver(vertx, settings.outgoing().dnsServers().orElse(List.of()));
    }
}
