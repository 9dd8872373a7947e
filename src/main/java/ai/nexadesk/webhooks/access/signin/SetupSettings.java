package ai.nexadesk.webhooks.access.signin;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;

import java.util.Optional;

/** The creation of the first admin. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface SetupSettings {

    /** The token that enables the page for creating the first admin, while there are no users. */
    Optional<String> setupToken();
}
