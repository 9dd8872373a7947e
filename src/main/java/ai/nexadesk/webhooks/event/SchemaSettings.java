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

    /** How published data is compared with the catalogue's schemas. */
    enum Mode {
        /** Not at all. */
        OFF,
        /** Samples, with a warning in the log. */
        WARN,
        /** Every event, which is refused if it does not fit. */
        REJECT
    }
}
