package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.web.CookieSettings;
import io.vertx.core.http.HttpServerRequest;

import java.util.Optional;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;

/**
 * The cookie that carries a session's token. Its {@code __Host-} prefix (RFC 6265bis) makes browsers reject it from
 * other hosts and without HTTPS; it is omitted only if HTTPS is switched off.
 */
@Singleton
public final class SessionCookie {

    private static final int OPEN_ID_SECONDS = 600;

    private static final int KNOWN_SECONDS = 365 * 24 * 60 * 60;

    private final boolean secure;

    SessionCookie(CookieSettings settings) {
        secure = settings.secureCookies();
    }

    public Optional<String> token(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(name())).map(cookie -> cookie.getValue());
    }

    public NewCookie with(String token) {
        return builder().value(token).build();
    }

    public NewCookie removed() {
        return builder().value("").maxAge(0).build();
    }

    public Optional<String> openId(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(openIdName())).map(cookie -> cookie.getValue());
    }

    /** The cookie with the state of a sign-in at a provider; empty to delete it. */
    public NewCookie ofOpenId(String value) {
        return builder(openIdName())
                .value(value)
                .maxAge(value.isEmpty() ? 0 : OPEN_ID_SECONDS)
                .build();
    }

    public Optional<String> known(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(knownName())).map(cookie -> cookie.getValue());
    }

    /** The cookie that identifies a known browser long after its session has ended. */
    public NewCookie ofKnown(String value) {
        return builder(knownName()).value(value).maxAge(KNOWN_SECONDS).build();
    }

    private String knownName() {
        return name() + "-known";
    }

    private String openIdName() {
        return name() + "-openid";
    }

    private NewCookie.Builder builder() {
        return builder(name());
    }

    private NewCookie.Builder builder(String name) {
        return new NewCookie.Builder(name)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(SameSite.LAX);
    }

    private String name() {
        return secure ? "__Host-nexadesk" : "nexadesk";
    }
}
