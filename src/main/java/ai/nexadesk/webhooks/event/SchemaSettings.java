package ai.nexadesk.webhooks.event;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Whether published data must match its schema. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.publisher")
public interface SchemaSettings {

    /** What to do with data that does not match its schema in the catalog of event types. */
    @WithDefault("warn")
    Mode schemaCheck();

    /** How published data is compared with the catalog's schemas. */
    enum Mode {
        /** Does not compare. */
        OFF,
        /** Compares samples and logs a warning on a mismatch. */
        WARN,
        /** Compares every event and rejects it on a mismatch. */
        REJECT
    }
}
