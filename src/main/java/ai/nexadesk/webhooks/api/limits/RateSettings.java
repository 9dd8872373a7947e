package ai.nexadesk.webhooks.api.limits;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The REST API for customers' programs. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.api")
public interface RateSettings {

    /** How many requests a key may make in any 60 seconds, on all replicas together; 0 for any number, 10,000 at most. */
    @WithDefault("100")
    int requestsPerMinute();
}
