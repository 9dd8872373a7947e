package ai.nexadesk.webhooks.api.limits;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The REST API for customers' programs. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.api")
public interface RateSettings {

    /** Maximum requests of a key in any 60 seconds, across all replicas, up to 10,000; 0 for no limit. */
    @WithDefault("100")
    int requestsPerMinute();
}
