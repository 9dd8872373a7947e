package ai.nexadesk.webhooks.web;

import io.quarkus.runtime.annotations.StaticInitSafe;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Cookies in the browser. */
@StaticInitSafe
@ConfigMapping(prefix = "nexadesk.sessions")
public interface CookieSettings {

    /** Whether cookies are sent over https only. The evaluation mode on localhost needs no https. */
    @WithDefault("true")
    boolean secureCookies();
}
