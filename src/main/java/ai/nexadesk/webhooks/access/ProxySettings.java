package ai.nexadesk.webhooks.access;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;
import java.util.Set;

/** The trusted proxies. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface ProxySettings {

    /**
     * Networks of trusted proxies in CIDR notation. Their {@code X-Forwarded-For} header determines the client address.
     */
    Optional<Set<String>> trustedProxies();
}
