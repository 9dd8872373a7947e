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
     * @param id the event's ID
     * @param event its type
     * @param timestamp when it happened
     * @param publishedAt when it was accepted
     * @param webhooks the existing webhooks, followed by deleted ones
     * @param truncated whether there are more webhooks than are listed
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
     * @param webhookId the webhook
     * @param url its current URL
     * @param deleted whether it has been deleted since
     * @param got whether a delivery was created
     * @param reason stable, for programs
     * @param explanation a sentence for people
     * @param deliveryId the delivery; null if there is none
     * @param deliveryStatus its status; null if there is none
     * @param recoverable whether recovering the webhook's missed events delivers it
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

        static Target of(EventTrace.WebhookTrace target) {
            var status = target.deliveryStatus();
            return new Target(
                    target.webhookId(),
                    target.url(),
                    target.deleted(),
                    target.deliveryId() != null,
                    target.reason().value(),
                    target.explanation(),
                    target.deliveryId(),
                    status == null ? null : status.value(),
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
