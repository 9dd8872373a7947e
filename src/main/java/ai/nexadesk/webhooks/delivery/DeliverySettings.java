package ai.nexadesk.webhooks.delivery;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.List;

/** How deliveries are attempted and retried. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.delivery")
public interface DeliverySettings {

    /** The deadline for a whole attempt: DNS, connect, TLS, headers and body. */
    @WithDefault("5s")
    Duration timeout();

    /** The delays before the first, second, … retry, each from the end of the failed attempt. */
    @WithDefault("1m,5m,30m,2h,24h")
    List<Duration> retryDelays();

    /** Maximum requests in flight to one webhook. */
    @WithDefault("16")
    int inFlightPerWebhook();

    /** Maximum requests in flight in total; half of them are reserved for endpoints that are fast and healthy. */
    @WithDefault("1024")
    int inFlight();

    /** Maximum deliveries per second that the background jobs of a workspace retry or recover. */
    @WithDefault("50")
    int jobsPerSecond();
}
