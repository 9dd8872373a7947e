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
    static final String KEYS = "nexadesk-keys";
    static final String ZONE = "nexadesk-zone";
    static final String OFF = "off";

    /** Set by the script of every page. */
    private static final String BROWSERS_ZONE = "nexadesk-browser-zone";

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

    /** Whether single-key shortcuts are on. */
    public boolean isKeys() {
        return !cookie(KEYS).equals(OFF);
    }

    /** The time zone that was chosen; blank for the browser's. */
    public String getZone() {
        return zone(cookie(ZONE)).map(ZoneId::getId).orElse("");
    }

    /** The time zone of this name; empty if there is none. */
    static Optional<ZoneId> zone(String name) {
        try {
            return name.isBlank() ? Optional.empty() : Optional.of(ZoneId.of(name.strip()));
        } catch (DateTimeException none) {
            return Optional.empty();
        }
    }

    /** A moment to the second, in the reader's time zone; in UTC until the browser has told its own. */
    public String local(Instant moment) {
        return LOCAL.format(moment.atZone(zone()));
    }

    /** A time of day to the millisecond, in the reader's time zone, with the day unless it is today. */
    public String clock(Instant moment) {
        return ofDay(moment, CLOCK);
    }

    /** The same to the minute. */
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

    /** A moment to the second with UTC below it, unless that is the same. */
    public String exact(Instant moment) {
        var utc = Formats.absolute(moment);
        var local = local(moment);
        return local.equals(utc) ? utc : local + "\n" + utc;
    }

    private ZoneId zone() {
        return zone(cookie(ZONE)).or(() -> zone(cookie(BROWSERS_ZONE))).orElse(UTC);
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
