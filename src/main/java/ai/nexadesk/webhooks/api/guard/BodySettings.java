package ai.nexadesk.webhooks.api.guard;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How large publishing requests may be. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.publisher")
public interface BodySettings {

    /** The largest publishing request, in bytes. */
    @WithDefault("16777216")
    int maxBody();
}
