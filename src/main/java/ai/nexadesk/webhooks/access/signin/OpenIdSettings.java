package ai.nexadesk.webhooks.access.signin;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.util.Optional;

/** Signing in with an OpenID Connect provider, in addition to passwords. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.openid")
public interface OpenIdSettings {

    /** The provider's issuer identifier; without it, OpenID Connect is off. */
    Optional<String> issuer();

    /** The client ID. */
    Optional<String> clientId();

    /** The client secret; without one, this is a public client. */
    Optional<String> clientSecret();

    /** The provider's name on the button. */
    @WithDefault("OpenID Connect")
    String name();
}
