package ai.nexadesk.webhooks.database;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What is asked of the database. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk")
public interface DurabilitySettings {

    /** Whether to start, with a warning, although the database's settings could lose committed data. */
    @WithDefault("false")
    boolean allowUnsafeDatabase();
}
