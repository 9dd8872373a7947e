package ai.nexadesk.webhooks.web;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;

/**
 * A message shown once after a redirect: the outcome of a form. It is stored in a cookie, which the next page reads and
 * clears. The text is escaped like any other text.
 */
@Singleton
public class Flash {

    private static final String COOKIE = "flash";
    private static final int SECONDS = 30;

    private final CookieSettings settings;

    Flash(CookieSettings settings) {
        this.settings = settings;
    }

    /**
     * The message.
     *
     * @param success whether it reports success
     * @param secret whether the page shows, only this time, the secret that was just created
     */
    public record Message(boolean success, boolean secret, String text) {

        /** The style of the notice. */
        public String kind() {
            return success ? "good" : "bad";
        }

        /** The icon beside the text. */
        public String icon() {
            return success ? "circle-check" : "alert-triangle";
        }
    }

    /** Redirects a browser after a form with "303 See Other", and reports success on the next page. */
    public Response success(String path, String text) {
        return redirect(path, new Message(true, false, text));
    }

    /** Redirects a browser after a form with "303 See Other", and reports the problem on the next page. */
    public Response error(String path, String text) {
        return redirect(path, new Message(false, false, text));
    }

    /** Redirects a browser after a form that created a secret, which the next page shows only once. */
    public Response withSecret(String path, boolean success, String text) {
        return redirect(path, new Message(success, true, text));
    }

    /** Whether the page shows the secret that was just created. */
    public boolean showsSecret(RoutingContext request) {
        var message = read(request);
        return message != null && message.secret;
    }

    private Response redirect(String path, Message message) {
        String value = (message.success ? "+" : "-") + (message.secret ? "!" : " ") + message.text;
        return Redirect.to(path)
                .cookie(new NewCookie.Builder(COOKIE)
                        .value(Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(value.getBytes(StandardCharsets.UTF_8)))
                        .path("/")
                        .maxAge(SECONDS)
                        .httpOnly(true)
                        .secure(settings.secureCookies())
                        .sameSite(NewCookie.SameSite.LAX)
                        .build())
                .build();
    }

    /** Returns the message of the request and clears it. */
    @Nullable
    Message take(RoutingContext request) {
        var message = read(request);
        if (message == null) {
            return null;
        }
        request.response()
                .addCookie(Cookie.cookie(COOKIE, "")
                        .setPath("/")
                        .setMaxAge(0)
                        .setHttpOnly(true)
                        .setSecure(settings.secureCookies())
                        .setSameSite(CookieSameSite.LAX));
        return message;
    }

    private static @Nullable Message read(RoutingContext request) {
        Cookie cookie = request.request().getCookie(COOKIE);
        if (cookie == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cookie.getValue()), StandardCharsets.UTF_8);
            return text.length() < 3
                    ? null
                    : new Message(text.charAt(0) == '+', text.charAt(1) == '!', text.substring(2));
        } catch (IllegalArgumentException tampered) {
            return null;
        }
    }
}
