package ai.nexadesk.webhooks.web;

import io.quarkus.arc.Unremovable;
import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;

/** The display preferences of this browser, as {@code cdi:preferences} in templates. Stored in cookies. */
@Named("preferences")
@RequestScoped
@Unremovable
public class Preferences {

    static final String THEME = "nexadesk-theme";
    static final String SHORTCUTS = "nexadesk-shortcuts";
    static final String ZONE = "nexadesk-zone";
    static final String OFF = "off";

    /** Set by the script of every page. */
    private static final String BROWSER_ZONE = "nexadesk-browser-zone";

    private static final ZoneId UTC = ZoneId.of("UTC");

    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss zzz", Locale.ENGLISH);

    private static final String DAY = "d MMM, ";
    private static final String MINUTE = "HH:mm";
    private static final String CLOCK = "HH:mm:ss.SSS";

    private final RoutingContext request;
    private final InstantSource clock;

    Preferences(RoutingContext request, InstantSource clock) {
        this.request = request;
        this.clock = clock;
    }

    /** The available color schemes. */
    public enum Theme {
        /** The system's color scheme. */
        SYSTEM("System", "light dark"),
        /** Dark text on a light background. */
        LIGHT("Light", "light"),
        /** Light text on a dark background. */
        DARK("Dark", "dark");

        /** The name on pages. */
        public final String title;

        /** The value of the CSS property {@code color-scheme}. */
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

    /** The selected color scheme. */
    public Theme getTheme() {
        return Theme.of(cookie(THEME));
    }

    /** All color schemes. */
    public List<Theme> getThemes() {
        return List.of(Theme.values());
    }

    /** Whether single-key shortcuts are on. */
    public boolean isShortcutsOn() {
        return !cookie(SHORTCUTS).equals(OFF);
    }

    /** The selected time zone; blank for the browser's. */
    public String getZone() {
        return zone(cookie(ZONE)).map(ZoneId::getId).orElse("");
    }

    /** The time zone with this name; empty if there is none. */
    static Optional<ZoneId> zone(String name) {
        try {
            return name.isBlank() ? Optional.empty() : Optional.of(ZoneId.of(name.strip()));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    /** A moment to the second, in the reader's time zone; in UTC until the browser's time zone is known. */
    public String local(Instant moment) {
        return LOCAL.format(moment.atZone(zone()));
    }

    /** A time of day to the millisecond, in the reader's time zone, with the day unless it is today. */
    public String clock(Instant moment) {
        return ofDay(moment, CLOCK);
    }

    /** A time of day to the minute, in the reader's time zone, with the day unless it is today. */
    public String minute(Instant moment) {
        return ofDay(moment, MINUTE);
    }

    private String ofDay(Instant moment, String pattern) {
        var local = moment.atZone(zone());
        boolean isToday = local.toLocalDate()
                .equals(clock.instant().atZone(local.getZone()).toLocalDate());
        return DateTimeFormatter.ofPattern(isToday ? pattern : DAY + pattern, Locale.ENGLISH)
                .format(local);
    }

    /** A moment to the second, followed by the time in UTC if that differs. */
    public String exact(Instant moment) {
        var utc = Formats.absolute(moment);
        var local = local(moment);
        return local.equals(utc) ? utc : local + "\n" + utc;
    }

    private ZoneId zone() {
        return zone(cookie(ZONE)).or(() -> zone(cookie(BROWSER_ZONE))).orElse(UTC);
    }

    /** The path of the current page, to return to. */
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
