package ai.nexadesk.webhooks.web;

import org.eclipse.microprofile.openapi.annotations.Operation;

import java.net.URI;
import java.time.ZoneId;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

/** Stores preferences and shows the page again. */
@Path("/preferences")
@PermitAll
public class PreferencePages {

    private static final int YEAR_SECONDS = 31_536_000;

    private final CookieSettings settings;

    PreferencePages(CookieSettings settings) {
        this.settings = settings;
    }

    /** Saves the preferences. A checkbox is sent only if it is checked. */
    @POST
    @Operation(hidden = true)
    public Response save(
            @FormParam("theme") @DefaultValue("") String theme,
            @FormParam("shortcuts") @DefaultValue(Preferences.OFF) String shortcuts,
            @FormParam("zone") @DefaultValue("") String zone,
            @FormParam("back") @DefaultValue("/") String back) {
        return Redirect.to(ours(back))
                .cookie(
                        cookie(Preferences.THEME, Preferences.Theme.of(theme).name()),
                        cookie(
                                Preferences.ZONE,
                                Preferences.zone(zone).map(ZoneId::getId).orElse("")),
                        cookie(Preferences.SHORTCUTS, shortcuts.equals(Preferences.OFF) ? Preferences.OFF : "on"))
                .build();
    }

    /** A path on this host, whatever the form contains; a second slash would start another host. */
    private static String ours(String path) {
        try {
            URI uri = URI.create(path);
            boolean isOurs = uri.getScheme() == null && uri.getRawAuthority() == null && path.startsWith("/");
            return isOurs && !path.startsWith("//") ? uri.toASCIIString() : "/";
        } catch (IllegalArgumentException notOurs) {
            return "/";
        }
    }

    private NewCookie cookie(String name, String value) {
        return new NewCookie.Builder(name)
                .value(value)
                .path("/")
                .maxAge(YEAR_SECONDS)
                .httpOnly(true)
                .secure(settings.secureCookies())
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
