package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.workspace.ApiKey;
import ai.nexadesk.webhooks.workspace.Caller;
import io.smallrye.common.annotation.Blocking;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The log of all webhooks of a workspace and retries of what failed, for the customers' programs. */
@Path(ApiPath.EXTERNAL + "/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class WorkspaceLogResource {

    private final DeliveryLog log;
    private final Jobs jobs;
    private final Caller caller;

    WorkspaceLogResource(DeliveryLog log, Jobs jobs, Caller caller) {
        this.log = log;
        this.jobs = jobs;
        this.caller = caller;
    }

    @GET
    @RolesAllowed(ApiKey.READ)
    public Page<DeliveryView> read(@BeanParam LogQuery query) {
        return query.read(log, caller.workspaceId(), null);
    }

    /** Retries all failed deliveries that match. */
    @POST
    @Path("/retry")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(ApiKey.WRITE)
    public Response retry(RetryAll wanted) {
        return StartedJob.given(wanted).start(null, jobs, caller);
    }
}
