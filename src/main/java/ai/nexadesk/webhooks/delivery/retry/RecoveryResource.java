package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
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

/** Recovery of missed events and replay of past ones, for the customers' programs. */
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
        return send(PastEvents.Choice.MISSED, span(id, recovery.since, recovery.until, List.of()), recovery.dryRun);
    }

    /**
     * Which past events to send.
     *
     * @param since published at this moment or later; required
     * @param until published before this moment; null for now
     * @param events only of these types; null for all that the webhook is subscribed to
     * @param only {@code missing} for those of which it has no delivery, or {@code all}
     * @param dryRun whether only to count them
     */
    public record Replay(
            @Nullable String since,
            @Nullable String until,
            @Nullable List<@Nullable String> events,
            @Nullable String only,
            @Nullable Boolean dryRun) {}

    /** Sends past events. */
    @POST
    @Path("/{id}/replay")
    public Response replay(@PathParam("id") String id, Replay wanted) {
        webhooks.get(id, caller);
        var replay = BulkRetryResponse.given(wanted);
        var choice = PastEvents.Choice.of(replay.only)
                .filter(known -> known != PastEvents.Choice.MISSED)
                .orElseThrow(() -> ApiException.invalid("only", "only must be missing or all."));
        var types = replay.events == null ? List.<String>of() : replay.events;
        return send(choice, span(id, replay.since, replay.until, types), replay.dryRun);
    }

    private Response send(PastEvents.Choice choice, LogFilter span, @Nullable Boolean dryRun) {
        return Boolean.TRUE.equals(dryRun)
                ? BulkRetryResponse.counted(jobs.countPast(choice, span, caller))
                : BulkRetryResponse.started(jobs.send(choice, span, caller));
    }

    private static LogFilter span(
            String id, @Nullable String since, @Nullable String until, List<? extends @Nullable String> types) {
        if (since == null || since.isBlank()) {
            throw ApiException.invalid("since", "since is required: a time such as 2026-03-20T14:00:00Z.");
        }
        BulkRetryResponse.notBlank("until", until);
        for (var type : types) {
            if (type == null || Catalog.find(type).isEmpty()) {
                throw ApiException.invalid(
                        "events", type == null ? "events must name event types." : Catalog.unknown(type));
            }
        }
        return LogFilter.parse(id, null, String.join(",", types), null, since, until, null);
    }
}
