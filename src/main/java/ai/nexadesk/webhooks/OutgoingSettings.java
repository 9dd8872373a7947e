package ai.nexadesk.webhooks;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Restrictions on the destinations of requests. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.outgoing")
public interface OutgoingSettings {

    /** Networks in CIDR notation that are allowed although they are not public. */
    Optional<Set<String>> allowedNetworks();

    /** Whether {@code http://} endpoints and any port are accepted; for development. */
    @WithDefault("false")
    boolean allowInsecure();

    /** Ports allowed in addition to 443 and 8443. */
    Optional<Set<Integer>> ports();

    /** A PEM file of authorities that are trusted for endpoints' certificates, in addition to the JDK's. */
    Optional<Path> trustedCertificates();

    /** The source addresses and networks of requests, for receivers' firewalls. They are only displayed. */
    Optional<List<String>> publicAddresses();

    /** DNS servers as {@code address:port}; by default, those of the operating system. */
    Optional<List<String>> dnsServers();
}
