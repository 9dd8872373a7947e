package ai.nexadesk.webhooks.database;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Requirements for the database's durability. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface DurabilitySettings {

    /** Whether to start, with a warning, even if the database's settings could lose committed data. */
    @WithDefault("false")
    boolean allowUnsafeDatabase();
}
