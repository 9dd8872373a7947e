package ai.nexadesk.webhooks.access.signin;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.util.Optional;

/** Signing in at a provider of OpenID Connect, besides passwords. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.openid")
public interface OpenIdSettings {

    /** The provider, as it calls itself; without one there is no such way in. */
    Optional<String> issuer();

    /** The client ID. */
    Optional<String> clientId();

    /** The client secret; without one, this is a public client. */
    Optional<String> clientSecret();

    /** Its name on the button. */
    @WithDefault("OpenID Connect")
    String name();
}
