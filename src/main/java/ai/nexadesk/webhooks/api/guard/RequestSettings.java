package ai.nexadesk.webhooks.api.guard;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How slowly requests may come and answers be read, and over how many connections. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.requests")
public interface RequestSettings {

    /** From the first byte of a request to the end of its head. */
    @WithDefault("10s")
    Duration headTimeout();

    /** From the end of its head to the end of its body. */
    @WithDefault("1m")
    Duration bodyTimeout();

    /** How many connections one client may have open; 0 for any number. */
    @WithDefault("1000")
    int connectionsPerAddress();

    /** From the beginning of a search or an export until all of its answer is read. */
    @WithDefault("5m")
    Duration answerTimeout();
}
