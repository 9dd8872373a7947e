package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Which webhooks received an event, in the REST API. */
@Path(ApiPath.EVENTS)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(ApiKey.READ)
public class EventTraceResource {

    private final EventTraces traces;
    private final Caller caller;

    EventTraceResource(EventTraces traces, Caller caller) {
        this.traces = traces;
        this.caller = caller;
    }

    /**
     * An event and what happened to it at every webhook.
     *
     * @param id of the event
     * @param event its type
     * @param timestamp when it happened
     * @param publishedAt when it was accepted
     * @param webhooks those that there are before those that were deleted
     * @param truncated whether there are more webhooks than are named
     */
    public record View(
            String id,
            String event,
            Instant timestamp,
            Instant publishedAt,
            List<Target> webhooks,
            boolean truncated) {}

    /**
     * What happened to an event at one webhook.
     *
     * @param webhookId which
     * @param url where its requests go now
     * @param deleted whether it is gone by now
     * @param got whether a delivery was made
     * @param reason stable, for programs
     * @param explanation a sentence for people
     * @param deliveryId the delivery; null if there is none
     * @param deliveryStatus how far it has come; null if there is none
     * @param recoverable whether recovering what the webhook missed delivers it
     */
    public record Target(
            String webhookId,
            String url,
            boolean deleted,
            boolean got,
            String reason,
            String explanation,
            @Nullable String deliveryId,
            @Nullable String deliveryStatus,
            boolean recoverable) {

        static Target of(EventTrace.Target target) {
            var status = target.deliveryStatus();
            return new Target(
                    target.webhookId(),
                    target.url(),
                    target.deleted(),
                    target.deliveryId() != null,
                    target.reason().word(),
                    target.explanation(),
                    target.deliveryId(),
                    status == null ? null : status.word(),
                    target.isRecoverable());
        }
    }

    /** Publishers choose IDs, so they may contain slashes. */
    @GET
    @Path("/{id: .+}")
    public Success<View> get(@PathParam("id") String id) {
        var trace = traces.find(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
        return Success.of(new View(
                trace.id(),
                trace.type(),
                trace.occurredAt(),
                trace.publishedAt(),
                trace.webhooks().stream().map(Target::of).toList(),
                trace.truncated()));
    }
}
