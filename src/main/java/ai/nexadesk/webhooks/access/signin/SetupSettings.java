package ai.nexadesk.webhooks.access.signin;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;

/** How the first admin is created. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface SetupSettings {

    /** Enables the page that creates the first admin, while there are no users. */
    Optional<String> setupToken();
}
