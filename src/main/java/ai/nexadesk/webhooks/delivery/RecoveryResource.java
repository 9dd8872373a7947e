package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.catalog.Catalog;
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

    private static final int ACCEPTED = 202;

    private final Webhooks webhooks;
    private final Jobs jobs;
    private final Caller caller;

    RecoveryResource(Webhooks webhooks, Jobs jobs, Caller caller) {
        this.webhooks = webhooks;
        this.jobs = jobs;
        this.caller = caller;
    }

    /**
     * Which failed deliveries to retry.
     *
     * @param status {@code failed}, which is all that can be retried together
     * @param since only those made at this moment or later; null for no bound
     * @param until only those made before this moment; null for no bound
     * @param event only of this type; null for all
     * @param dryRun whether only to count them
     */
    public record Retry(
            @Nullable String status,
            @Nullable String since,
            @Nullable String until,
            @Nullable String event,
            @Nullable Boolean dryRun) {}

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

    /**
     * What matches, and the job that does it.
     *
     * @param matching how many there are, counted to 10,000 at most
     * @param matchingIsLowerBound whether there may be more
     * @param job what works on them; null after a dry run
     */
    public record Started(int matching, boolean matchingIsLowerBound, JobResource.@Nullable View job) {}

    /** Retries all failed deliveries that match. */
    @POST
    @Path("/{id}/deliveries/retry")
    public Response retry(@PathParam("id") String id, Retry wanted) {
        webhooks.get(id, caller);
        var retry = given(wanted);
        if (!DeliveryStatus.FAILED.word().equals(retry.status)) {
            throw ApiException.invalid("status", "status must be failed: only failed deliveries are retried together.");
        }
        if (retry.event != null && Catalog.find(retry.event).isEmpty()) {
            throw ApiException.invalid("event", "There is no event type \"" + retry.event + "\".");
        }
        var filter = LogFilter.parse(id, retry.status, retry.event, null, retry.since, retry.until, null)
                .withoutPings();
        return Boolean.TRUE.equals(retry.dryRun)
                ? counted(jobs.countFailed(filter, caller))
                : started(jobs.retry(filter, caller));
    }

    /** Delivers what the webhook missed while it was unverified or disabled. */
    @POST
    @Path("/{id}/recover")
    public Response recover(@PathParam("id") String id, Recovery wanted) {
        webhooks.get(id, caller);
        var recovery = given(wanted);
        if (recovery.since == null || recovery.since.isBlank()) {
            throw ApiException.invalid("since", "since must be given: a time like 2026-03-20T14:00:00Z.");
        }
        var span = LogFilter.parse(id, null, null, null, recovery.since, recovery.until, null);
        return Boolean.TRUE.equals(recovery.dryRun)
                ? counted(jobs.countMissed(span, caller))
                : started(jobs.recover(span, caller));
    }

    private static <T> T given(@Nullable T body) {
        if (body == null) {
            throw ApiException.badRequest("malformed_json", "The body must be a JSON object.");
        }
        return body;
    }

    private static Response counted(Jobs.Count count) {
        return Response.ok(Success.of(new Started(count.matching(), count.isLowerBound(), null)))
                .build();
    }

    private static Response started(Job job) {
        return Response.status(ACCEPTED)
                .entity(Success.of(new Started(job.total, job.total >= Page.COUNTED_UP_TO, JobResource.View.of(job))))
                .build();
    }
}
