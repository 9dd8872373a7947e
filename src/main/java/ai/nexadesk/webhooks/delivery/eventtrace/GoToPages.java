package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.web.Redirect;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The palette that Ctrl+K opens: offers webhooks, and finds the page of an ID. */
@Path("/settings/go")
@Blocking
@RolesAllowed(Role.IS_AGENT)
public class GoToPages {

    private final Webhooks webhooks;
    private final Caller caller;

    GoToPages(Webhooks webhooks, Caller caller) {
        this.webhooks = webhooks;
        this.caller = caller;
    }

    /**
     * A place to go to.
     *
     * @param title the text shown first
     * @param detail further text that is searched
     * @param path its page
     */
    public record Place(String title, String detail, String path) {

        static Place of(Webhook webhook) {
            var title = webhook.title();
            var detail = title.equals(webhook.url) ? webhook.id : webhook.url + " " + webhook.id;
            return new Place(title, detail, WebhookPages.path(webhook.id));
        }
    }

    /** The webhooks, requested when the palette is opened for the first time. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public List<Place> places() {
        return webhooks.all(caller).stream().map(Place::of).toList();
    }

    /** The page of a delivery, or the search for an event with this ID. */
    @GET
    @Path("/id")
    @Transactional
    @Operation(hidden = true)
    public Response find(@QueryParam("id") @DefaultValue("") String id) {
        var wanted = id.strip();
        return Delivery.inWorkspace(caller.workspaceId(), wanted)
                .map(delivery -> WebhookPages.path(delivery.webhookId) + "/logs/" + delivery.publicId())
                .map(path -> Redirect.to(path).build())
                .orElseGet(() -> Redirect.to("/settings/find-event?id=" + Formats.urlEncoded(wanted))
                        .build());
    }
}
