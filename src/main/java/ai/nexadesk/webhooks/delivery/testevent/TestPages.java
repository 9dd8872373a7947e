package ai.nexadesk.webhooks.delivery.testevent;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Sends a sample event to one webhook, and shows the result. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class TestPages {

    private final Webhooks webhooks;
    private final TestEvents events;
    private final Flash flash;
    private final Caller caller;

    TestPages(Webhooks webhooks, TestEvents events, Flash flash, Caller caller) {
        this.webhooks = webhooks;
        this.events = events;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record test(
            Webhook webhook,
            List<EventType> types,
            String event,
            String data,
            @Nullable String error) implements TemplateInstance {}

    @GET
    @Path("/{id}/test")
    @Operation(hidden = true)
    public TemplateInstance form(@PathParam("id") String id, @QueryParam("event") @DefaultValue("") String wanted) {
        var webhook = webhooks.get(id, caller);
        var type = Catalog.find(wanted).orElseGet(() -> firstOf(webhook));
        return new test(webhook, Catalog.all(), type.name(), type.example(), null);
    }

    @POST
    @Path("/{id}/test")
    @Operation(hidden = true)
    public Response send(
            @PathParam("id") String id,
            @FormParam("event") @DefaultValue("") String event,
            @FormParam("data") @DefaultValue("") String data) {
        try {
            var delivery = events.send(id, event, data, caller);
            return flash.success(WebhookPages.path(id) + "/logs/" + delivery, "Test event sent.");
        } catch (ApiException e) {
            if (e.status() == Response.Status.NOT_FOUND.getStatusCode()) {
                throw e;
            }
            return InvalidForm.again(new test(webhooks.get(id, caller), Catalog.all(), event, data, e.getMessage()));
        }
    }

    /** The preselected type, which the webhook is subscribed to. */
    private static EventType firstOf(Webhook webhook) {
        return Catalog.all().stream()
                .filter(type -> webhook.isFor(type.name()))
                .findFirst()
                .orElseGet(() -> Catalog.all().get(0));
    }
}
