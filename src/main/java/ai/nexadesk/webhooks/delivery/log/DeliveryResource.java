package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;

import java.time.InstantSource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * The log of a webhook in the REST API. All classes below {@code /webhooks} have the same path. If one path contained another, the
 * framework would return 404 instead of 405.
 */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class DeliveryResource {

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final InstantSource clock;
    private final Caller caller;

    DeliveryResource(Webhooks webhooks, DeliveryLog log, InstantSource clock, Caller caller) {
        this.webhooks = webhooks;
        this.log = log;
        this.clock = clock;
        this.caller = caller;
    }

    @GET
    @Costly
    @Path("/{id}/deliveries")
    @RolesAllowed(ApiKey.READ)
    @Compressed
    public ListPage<DeliveryView> read(
            @PathParam("id") String id, @BeanParam LogQuery query, @BeanParam LogPageParameters place) {
        webhooks.findEvenDeleted(id, caller);
        return query.read(log, caller.workspaceId(), id, place);
    }

    @GET
    @Path("/{id}/deliveries/{delivery}")
    @RolesAllowed(ApiKey.READ)
    public Success<DeliveryView.Full> get(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        var detail = log.get(caller.workspaceId(), id, delivery);
        boolean waitsForPace = detail.entry().waitsForPace(webhooks.findEvenDeleted(id, caller), clock.instant());
        return Success.of(DeliveryView.Full.of(detail, waitsForPace));
    }
}
