package ai.nexadesk.webhooks.database;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** The leases of replicas on their deliveries. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.delivery")
public interface LeaseSettings {

    /** How long a replica's lease lasts without renewal; at least three times the timeout is recommended. */
    @WithDefault("15s")
    Duration lease();
}
