package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.delivery.log.StartedDelivery;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.smallrye.common.annotation.Blocking;
import org.jboss.resteasy.reactive.ResponseStatus;

import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Retries of a webhook's deliveries, in the REST API. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(ApiKey.WRITE)
@Blocking
public class RetryResource {

    private static final int ACCEPTED = 202;

    private final Webhooks webhooks;
    private final Retries retries;
    private final Jobs jobs;
    private final Caller caller;

    RetryResource(Webhooks webhooks, Retries retries, Jobs jobs, Caller caller) {
        this.webhooks = webhooks;
        this.retries = retries;
        this.jobs = jobs;
        this.caller = caller;
    }

    /** Retries one delivery now. */
    @POST
    @Path("/{id}/deliveries/{delivery}/retry")
    @ResponseStatus(ACCEPTED)
    @Consumes(MediaType.WILDCARD)
    public Success<StartedDelivery> retry(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        retries.retry(id, delivery, caller);
        return Success.of(StartedDelivery.of(delivery));
    }

    /** Ends a delivery as failed, so that the next one of its record can be sent. */
    @POST
    @Path("/{id}/deliveries/{delivery}/skip")
    @Consumes(MediaType.WILDCARD)
    public Success<Map<String, String>> skip(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        retries.skip(id, delivery, caller);
        return Success.of(Map.of("id", delivery));
    }

    /** Retries all failed deliveries that match the filters. */
    @POST
    @Costly
    @Path("/{id}/deliveries/retry")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response retryAll(@PathParam("id") String id, BulkRetryRequest wanted) {
        webhooks.get(id, caller);
        return ApiException.given(wanted).start(id, jobs, caller);
    }
}
