package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.webhook.Webhooks;
import ai.nexadesk.webhooks.workspace.ApiKey;
import ai.nexadesk.webhooks.workspace.Caller;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Retries of all that failed, and recovery of what was missed, for the customers' programs. */
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

    /** Retries all failed deliveries that match. */
    @POST
    @Path("/{id}/deliveries/retry")
    public Response retry(@PathParam("id") String id, RetryAll wanted) {
        webhooks.get(id, caller);
        return StartedJob.given(wanted).start(id, jobs, caller);
    }

    /** Delivers what the webhook missed while it was unverified or disabled. */
    @POST
    @Path("/{id}/recover")
    public Response recover(@PathParam("id") String id, Recovery wanted) {
        webhooks.get(id, caller);
        var recovery = StartedJob.given(wanted);
        if (recovery.since == null || recovery.since.isBlank()) {
            throw ApiException.invalid("since", "since is required: a time such as 2026-03-20T14:00:00Z.");
        }
        StartedJob.notBlank("until", recovery.until);
        var span = LogFilter.parse(id, null, null, null, recovery.since, recovery.until, null);
        return Boolean.TRUE.equals(recovery.dryRun)
                ? StartedJob.counted(jobs.countMissed(span, caller))
                : StartedJob.started(jobs.recover(span, caller));
    }
}
