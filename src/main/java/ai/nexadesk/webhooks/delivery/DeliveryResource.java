package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.webhook.Webhooks;
import ai.nexadesk.webhooks.workspace.ApiKey;
import ai.nexadesk.webhooks.workspace.Caller;
import io.smallrye.common.annotation.Blocking;
import org.jboss.resteasy.reactive.ResponseStatus;

import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * The log of a webhook and retries, for the customers' programs. All classes below {@code /webhooks} have the same path: where one's
 * were part of another's, the framework would answer 404 to a method that it should answer 405 to.
 */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class DeliveryResource {

    private static final int ACCEPTED = 202;

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final Retries retries;
    private final Caller caller;

    DeliveryResource(Webhooks webhooks, DeliveryLog log, Retries retries, Caller caller) {
        this.webhooks = webhooks;
        this.log = log;
        this.retries = retries;
        this.caller = caller;
    }

    @GET
    @Path("/{id}/deliveries")
    @RolesAllowed(ApiKey.READ)
    public Page<DeliveryView> read(@PathParam("id") String id, @BeanParam LogQuery query) {
        webhooks.everOf(id, caller);
        return query.read(log, caller.workspaceId(), id);
    }

    @GET
    @Path("/{id}/deliveries/{delivery}")
    @RolesAllowed(ApiKey.READ)
    public Success<DeliveryView.Full> get(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        return Success.of(DeliveryView.Full.of(find(id, delivery)));
    }

    @POST
    @Path("/{id}/deliveries/{delivery}/retry")
    @RolesAllowed(ApiKey.WRITE)
    @ResponseStatus(ACCEPTED)
    @Consumes(MediaType.WILDCARD)
    public Success<Map<String, String>> retry(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        find(id, delivery);
        retries.retry(delivery, caller);
        return Success.of(Map.of("id", delivery));
    }

    private DeliveryLog.Detail find(String webhookId, String deliveryId) {
        return log.find(caller.workspaceId(), deliveryId)
                .filter(detail -> detail.entry().delivery().webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
    }
}
