package ai.nexadesk.webhooks.web;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The cookies of browsers. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.sessions")
public interface CookieSettings {

    /** Whether cookies are sent only over HTTPS. The evaluation mode on localhost does not need HTTPS. */
    @WithDefault("true")
    boolean secureCookies();
}
