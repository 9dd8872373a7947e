package ai.nexadesk.webhooks.access;

import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Finds out who is signed in before a page of the settings is looked for, and not only where there is one: the page that says
 * that there is none has the places of all others and the way out, too.
 */
final class Visitors {

    @ServerRequestFilter(preMatching = true)
    Uni<Void> recognise(RoutingContext request) {
        return request.normalizedPath().startsWith("/settings/")
                ? QuarkusHttpUser.getSecurityIdentity(request, null)
                        .replaceWithVoid()
                        // A page that needs to know fails by itself; the others can do without.
                        .onFailure()
                        .recoverWithNull()
                : Uni.createFrom().voidItem();
    }
}
