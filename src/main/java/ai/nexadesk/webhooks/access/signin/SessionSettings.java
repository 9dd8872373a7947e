package ai.nexadesk.webhooks.access.signin;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** Sessions of people in the browser. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.sessions")
public interface SessionSettings {

    /** How long a session lasts without being used. */
    @WithDefault("12h")
    Duration idle();
}
