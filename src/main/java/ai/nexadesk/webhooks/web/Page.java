package ai.nexadesk.webhooks.web;

import io.quarkus.arc.Unremovable;
import io.quarkus.csrf.reactive.runtime.CsrfTokenParameterProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;

/**
 * The facts about the current request that the layout needs, as {@code cdi:page} in templates: who is signed in, the
 * current page, and the message of the previous page. It never requests the identity itself: a page outside of a
 * resource (for an unknown address or a failure) is rendered on the event loop, where waiting is not allowed. Below
 * {@code /settings}, the identity is known by then; elsewhere, such a page shows nobody as signed in.
 */
@Named("page")
@RequestScoped
@Unremovable
public class Page {

    private final RoutingContext request;
    private final CsrfTokenParameterProvider csrf;
    private final Flash flash;

    Page(RoutingContext request, CsrfTokenParameterProvider csrf, Flash flash) {
        this.request = request;
        this.csrf = csrf;
        this.flash = flash;
    }

    /** Whether somebody is signed in. */
    public boolean isSignedIn() {
        SecurityIdentity identity = identity();
        return identity != null && !identity.isAnonymous();
    }

    /** Whether the person may change webhooks, see secrets and retry. */
    public boolean isAdmin() {
        SecurityIdentity identity = identity();
        return identity != null && identity.hasRole("admin");
    }

    /** The person's name according to the identity; otherwise, the name that they signed in with. */
    public String getUserName() {
        SecurityIdentity identity = identity();
        if (identity == null) {
            return "";
        }
        return identity.getAttribute("name") instanceof String name
                ? name
                : identity.getPrincipal().getName();
    }

    /**
     * Whether htmx requests the main part only, to insert into an existing page. When htmx restores its history, it
     * needs the whole page, like a browser.
     */
    public boolean isFragment() {
        return request.request().headers().contains("HX-Request")
                && !request.request().headers().contains("HX-History-Restore-Request");
    }

    /** Whether the current page is the given one or below it. */
    public boolean under(String path) {
        String here = request.normalizedPath();
        return here.equals(path) || here.startsWith(path + "/");
    }

    /** The value of {@code aria-current} for a link to the given page, which the current page is {@link #under}. */
    public String current(String path) {
        return request.normalizedPath().equals(path) ? "page" : "true";
    }

    /**
     * The token that every form and htmx request sends back. If no resource created one, the browser's current token,
     * or null.
     */
    public @Nullable String getCsrfToken() {
        try {
            return csrf.getToken();
        } catch (IllegalStateException noResourceMatched) {
            var cookie = request.request().getCookie(csrf.getCookieName());
            return cookie == null ? null : cookie.getValue();
        }
    }

    /** The message of the previous request, shown once; null if there is none. */
    public Flash.@Nullable Message getFlash() {
        return flash.take(request);
    }

    private @Nullable SecurityIdentity identity() {
        return request.user() instanceof QuarkusHttpUser user ? user.getSecurityIdentity() : null;
    }
}
