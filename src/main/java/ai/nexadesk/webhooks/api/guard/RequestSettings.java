package ai.nexadesk.webhooks.api.guard;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Deadlines for requests and responses, and the limit on connections. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.requests")
public interface RequestSettings {

    /** Maximum time from the first byte of a request to the end of its head. */
    @WithDefault("10s")
    Duration headTimeout();

    /** Maximum time from the end of a request's head to the end of its body. */
    @WithDefault("1m")
    Duration bodyTimeout();

    /** Maximum open connections per client; 0 for no limit. */
    @WithDefault("1000")
    int connectionsPerAddress();

    /** Maximum time from the start of a search or an export until its whole response has been read. */
    @WithDefault("5m")
    Duration answerTimeout();
}
