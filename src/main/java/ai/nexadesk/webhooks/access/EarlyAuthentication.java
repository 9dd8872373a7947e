package ai.nexadesk.webhooks.access;

import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Identifies the user before routing, for all addresses below the settings, so that even the page for unknown addresses
 * has the navigation and the sign-out button.
 */
final class EarlyAuthentication {

    @ServerRequestFilter(preMatching = true)
    Uni<Void> authenticate(RoutingContext request) {
        return request.normalizedPath().startsWith("/settings/")
                ? QuarkusHttpUser.getSecurityIdentity(request, null)
                        .replaceWithVoid()
                        // A page that needs the identity fails by itself; other pages work without it.
                        .onFailure()
                        .recoverWithNull()
                : Uni.createFrom().voidItem();
    }
}
