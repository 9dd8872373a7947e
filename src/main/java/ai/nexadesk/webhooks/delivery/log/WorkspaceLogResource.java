package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ListPage;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The log of all webhooks of a workspace, for the customers' programs. */
@Path(ApiPath.EXTERNAL + "/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class WorkspaceLogResource {

    private final DeliveryLog log;
    private final Caller caller;

    WorkspaceLogResource(DeliveryLog log, Caller caller) {
        this.log = log;
        this.caller = caller;
    }

    @GET
    @Costly
    @RolesAllowed(ApiKey.READ)
    @Compressed
    public ListPage<DeliveryView> read(@BeanParam LogQuery query) {
        return query.read(log, caller.workspaceId(), null);
    }
}
