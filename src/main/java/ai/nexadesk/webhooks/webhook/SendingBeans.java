package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.outbound.HttpSender;
import ai.nexadesk.webhooks.outbound.TrustedCertificates;
import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.outbound.address.UrlRules;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jakarta.enterprise.inject.Disposes;
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

    @Produces
    @Singleton
    static HttpSender httpSender(
            Vertx vertx, AddressPolicy policy, Resolver resolver, Settings settings, InstantSource clock) {
        return new HttpSender(
                vertx,
                policy,
                resolver,
                settings.delivery().timeout(),
                clock,
                HttpSender.Options.DEFAULT.trusting(trusted(settings.outgoing().trustedCertificates())));
    }

    private static List<X509Certificate> trusted(Optional<Path> file) {
        try {
            return file.isEmpty() ? List.of() : TrustedCertificates.read(file.get());
        } catch (IOException e) {
            throw new ConfigurationException("nexadesk.outgoing.trusted-certificates " + e.getMessage() + '.', e);
        }
    }

    static void close(@Disposes HttpSender sender) {
        sender.close();
    }
}
