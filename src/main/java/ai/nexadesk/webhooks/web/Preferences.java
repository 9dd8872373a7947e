package ai.nexadesk.webhooks.web;

import io.quarkus.arc.Unremovable;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;

import java.util.List;
import java.util.stream.Stream;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;

/** How the person at this browser likes the pages, as {@code cdi:preferences} in templates. Kept in cookies of the browser. */
@Named("preferences")
@RequestScoped
@Unremovable
public class Preferences {

    static final String THEME = "nexadesk-theme";
    static final String KEYS = "nexadesk-keys";
    static final String OFF = "off";

    private final RoutingContext request;

    Preferences(RoutingContext request) {
        this.request = request;
    }

    /** The colours to choose from. */
    public enum Theme {
        /** As the system has it. */
        SYSTEM("System", "light dark"),
        /** Dark on light. */
        LIGHT("Light", "light"),
        /** Light on dark. */
        DARK("Dark", "dark");

        /** What people read. */
        public final String title;

        /** As the stylesheet language calls it. */
        public final String colorScheme;

        Theme(String title, String colorScheme) {
            this.title = title;
            this.colorScheme = colorScheme;
        }

        static Theme of(String name) {
            return Stream.of(values())
                    .filter(theme -> theme.name().equals(name))
                    .findFirst()
                    .orElse(SYSTEM);
        }
    }

    /** The colours that were chosen. */
    public Theme getTheme() {
        return Theme.of(cookie(THEME));
    }

    /** All that can be chosen. */
    public List<Theme> getThemes() {
        return List.of(Theme.values());
    }

    /** Whether single keys do something. */
    public boolean isKeys() {
        return !cookie(KEYS).equals(OFF);
    }

    /** The page to come back to: this one. */
    public String getHere() {
        String query = request.request().query();
        return request.request().method().name().equals("GET")
                ? request.normalizedPath() + (query == null ? "" : "?" + query)
                : "/";
    }

    private String cookie(String name) {
        Cookie cookie = request.request().getCookie(name);
        return cookie == null ? "" : cookie.getValue();
    }
}
