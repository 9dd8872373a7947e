package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.webhook.Webhooks;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Recovery of missed events, for the customers' programs. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(ApiKey.WRITE)
public class RecoveryResource {

    private final Webhooks webhooks;
    private final Jobs jobs;
    private final Caller caller;

    RecoveryResource(Webhooks webhooks, Jobs jobs, Caller caller) {
        this.webhooks = webhooks;
        this.jobs = jobs;
        this.caller = caller;
    }

    /**
     * Which missed events to deliver.
     *
     * @param since published at this moment or later; required
     * @param until published before this moment; null for now
     * @param dryRun whether only to count them
     */
    public record Recovery(
            @Nullable String since,
            @Nullable String until,
            @Nullable Boolean dryRun) {}

    /** Delivers what the webhook missed while it was unverified or disabled. */
    @POST
    @Path("/{id}/recover")
    public Response recover(@PathParam("id") String id, Recovery wanted) {
        webhooks.get(id, caller);
        var recovery = BulkRetryResponse.given(wanted);
        if (recovery.since == null || recovery.since.isBlank()) {
            throw ApiException.invalid("since", "since is required: a time such as 2026-03-20T14:00:00Z.");
        }
        BulkRetryResponse.notBlank("until", recovery.until);
        var span = LogFilter.parse(id, null, null, null, recovery.since, recovery.until, null);
        return Boolean.TRUE.equals(recovery.dryRun)
                ? BulkRetryResponse.counted(jobs.countMissed(span, caller))
                : BulkRetryResponse.started(jobs.recover(span, caller));
    }
}
