package ai.nexadesk.webhooks.webhook;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Limits on webhooks. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.webhooks")
public interface WebhookSettings {

    /** Maximum webhooks per workspace. */
    @WithDefault("50")
    int maxPerWorkspace();

    /** A webhook is disabled if all its attempts have failed for this long; zero for never. */
    @WithDefault("5d")
    Duration disableAfter();

    /** Whether to also ping a saved webhook with wrong signatures, to test whether its endpoint verifies them. */
    @WithDefault("true")
    boolean signatureTest();
}
