package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.util.Set;
import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;

/**
 * Protects pages against cross-site request forgery. Every form contains a token, and the browser's {@code Sec-Fetch-Site} or {@code
 * Origin} header is checked as a second defense. The inbox accepts requests from anywhere.
 */
@Provider
@PreMatching
@Priority(1)
final class CrossSiteGuard implements ContainerRequestFilter {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String FORM = MediaType.APPLICATION_FORM_URLENCODED;

    private final RoutingContext routing;
    private final String tokenHeader;

    CrossSiteGuard(
            RoutingContext routing, @ConfigProperty(name = "quarkus.rest-csrf.token-header-name") String tokenHeader) {
        this.routing = routing;
        this.tokenHeader = tokenHeader;
    }

    @Override
    public void filter(ContainerRequestContext context) {
        var path = routing.normalizedPath();
        if (SAFE.contains(context.getMethod()) || ApiPath.includes(path) || path.startsWith("/inbox/")) {
            return;
        }
        if (isFromElsewhere(routing.request()) || !hasToken(context)) {
            throw ApiException.forbidden(
                    "cross_site",
                    "This request didn't come from a NexaDesk page. Go back, reload the page and try again.");
        }
    }

    private static boolean isFromElsewhere(HttpServerRequest request) {
        var site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        var origin = request.getHeader("Origin");
        // Our own forms send "null", because our pages set a strict referrer policy.
        return origin != null
                && !origin.equals("null")
                && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(request.getHeader("Host"));
    }

    /**
     * Whether the token may be in a form field, where it is checked later. Only this content type carries it there; no
     * form uploads files.
     */
    private boolean hasToken(ContainerRequestContext context) {
        var type = context.getMediaType();
        return context.getHeaderString(tokenHeader) != null
                || type != null && FORM.equals(type.getType() + "/" + type.getSubtype());
    }
}
