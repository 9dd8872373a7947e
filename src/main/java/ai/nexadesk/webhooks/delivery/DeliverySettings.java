package ai.nexadesk.webhooks.delivery;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.List;

/** How deliveries are made. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.delivery")
public interface DeliverySettings {

    /** One absolute deadline for DNS, connect, TLS, headers and body of an attempt. */
    @WithDefault("5s")
    Duration timeout();

    /** The delays before the first, second, … retry, each from the end of the failed attempt. */
    @WithDefault("1m,5m,30m,2h,24h")
    List<Duration> retryDelays();

    /** How many requests may be in flight to one webhook. */
    @WithDefault("16")
    int inFlightPerWebhook();

    /** How many requests may be in flight in all; half of them are kept for endpoints that are quick and well. */
    @WithDefault("1024")
    int inFlight();

    /** How many deliveries a second the background jobs of a workspace retry or recover. */
    @WithDefault("50")
    int jobsPerSecond();
}
