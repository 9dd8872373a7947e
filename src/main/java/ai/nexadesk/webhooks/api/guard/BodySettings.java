package ai.nexadesk.webhooks.api.guard;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The size of publishing requests. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.publisher")
public interface BodySettings {

    /** The maximum size of a publishing request, in bytes. */
    @WithDefault("16777216")
    int maxBody();
}
