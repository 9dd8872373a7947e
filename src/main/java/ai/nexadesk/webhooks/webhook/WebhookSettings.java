package ai.nexadesk.webhooks.webhook;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Limits on webhooks. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.webhooks")
public interface WebhookSettings {

    /** How many webhooks a workspace may have. */
    @WithDefault("50")
    int maxPerWorkspace();

    /** After how long without a success, while attempts are made, a webhook is disabled; zero for never. */
    @WithDefault("5d")
    Duration disableAfter();

    /** Whether a saved webhook is also pinged with wrong signatures, to see whether its endpoint verifies them. */
    @WithDefault("true")
    boolean signatureTest();
}
