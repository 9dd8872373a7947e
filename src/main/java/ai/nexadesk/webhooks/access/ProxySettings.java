package ai.nexadesk.webhooks.access;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;
import java.util.Set;

/** Which proxies are believed. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface ProxySettings {

    /** Networks in CIDR notation of the proxies that are believed about where a request comes from. */
    Optional<Set<String>> trustedProxies();
}
