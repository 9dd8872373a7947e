package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.OutgoingSettings;
import ai.nexadesk.webhooks.delivery.DeliverySettings;
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

/** Provides the objects that decide where requests may go, from the settings. */
final class SendingBeans {

    private SendingBeans() {}

    @Produces
    @Singleton
    static UrlRules urlRules(OutgoingSettings settings) {
        return new UrlRules(settings.allowInsecure(), settings.ports().orElse(Set.of()));
    }

    @Produces
    @Singleton
    static AddressPolicy addressPolicy(OutgoingSettings settings) {
        return new AddressPolicy(settings.allowedNetworks().orElse(Set.of()));
    }

    @Produces
    @Singleton
    static DnsResolver resolver(OutgoingSettings settings, Vertx vertx) {
        return new DnsResolver(vertx, settings.dnsServers().orElse(List.of()));
    }

    @Produces
    @Singleton
    static HttpSender httpSender(
            Vertx vertx,
            AddressPolicy policy,
            Resolver resolver,
            OutgoingSettings outgoing,
            DeliverySettings delivery,
            InstantSource clock) {
        return new HttpSender(
                vertx,
                policy,
                resolver,
                delivery.timeout(),
                clock,
                HttpSender.Options.DEFAULT.trusting(trusted(outgoing.trustedCertificates())));
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

    static void close(@Disposes DnsResolver resolver) {
        resolver.close();
    }
}
