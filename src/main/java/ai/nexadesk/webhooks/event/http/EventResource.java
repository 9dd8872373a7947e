package ai.nexadesk.webhooks.event.http;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.event.Receipt;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import org.jboss.resteasy.reactive.ResponseStatus;

import java.util.concurrent.CompletionStage;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;

/** Publishing for NexaDesk's services: the requests that {@link EventRoute} does not answer. */
@Path(EventResource.PATH)
@RolesAllowed(Role.IS_PUBLISHER)
public class EventResource {

    static final String PATH = ApiPath.INTERNAL + "/events";

    static final int ACCEPTED = 202;

    private final EventRoute route;

    EventResource(EventRoute route) {
        this.route = route;
    }

    /** Accepts one event or an array of them; responds when they and their deliveries are durable. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Produces(MediaType.APPLICATION_JSON)
    @ResponseStatus(ACCEPTED)
    @NonBlocking
    public CompletionStage<Success<Receipt>> publish(@Context RoutingContext request) {
        EventRoute.throwFailure(request);
        return route.publish(request).thenApply(Success::of);
    }
}
