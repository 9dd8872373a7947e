package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import io.smallrye.common.annotation.Blocking;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Retries of the failed deliveries of all webhooks of a workspace, in the REST API. */
@Path(ApiPath.EXTERNAL + "/deliveries")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(ApiKey.WRITE)
@Blocking
public class WorkspaceRetryResource {

    private final Jobs jobs;
    private final Caller caller;

    WorkspaceRetryResource(Jobs jobs, Caller caller) {
        this.jobs = jobs;
        this.caller = caller;
    }

    /** Retries all failed deliveries that match the filters. */
    @POST
    @Costly
    @Path("/retry")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response retryAll(BulkRetryRequest wanted) {
        return ApiException.given(wanted).start(null, jobs, caller);
    }
}
