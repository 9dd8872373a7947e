package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.webhook.Webhooks;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Recovery from an outage and replay of past events, in the REST API. */
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

    /** Recovers a webhook from an outage: failed and retrying deliveries, and events it missed while it was not active. */
    @POST
    @Costly
    @Path("/{id}/recover")
    public Response recover(@PathParam("id") String id, RecoveryRequest wanted) {
        webhooks.get(id, caller);
        return ApiException.given(wanted).start(id, jobs, caller);
    }

    /**
     * The past events to send.
     *
     * @param since only events published at this moment or later; required
     * @param until only events published before this moment; null for now
     * @param events only these types; null for all that the webhook is subscribed to
     * @param only {@code missing} for events that it has no delivery of, or {@code all}
     * @param dryRun whether to only count them
     */
    public record Replay(
            @Nullable String since,
            @Nullable String until,
            @Nullable List<@Nullable String> events,
            @Nullable String only,
            @Nullable Boolean dryRun) {}

    /** Sends past events. */
    @POST
    @Costly
    @Path("/{id}/replay")
    public Response replay(@PathParam("id") String id, Replay wanted) {
        webhooks.get(id, caller);
        var replay = ApiException.given(wanted);
        var choice = PastEvents.Choice.of(replay.only)
                .filter(known -> known != PastEvents.Choice.MISSED)
                .orElseThrow(() -> ApiException.invalid("only", "only must be missing or all."));
        var types = replay.events == null ? List.<String>of() : replay.events;
        var span = RecoveryRequest.span(id, replay.since, replay.until, types);
        return Boolean.TRUE.equals(replay.dryRun)
                ? BulkRetryResponse.counted(jobs.countPast(choice, span, caller))
                : BulkRetryResponse.started(jobs.replay(choice, span, caller));
    }
}
