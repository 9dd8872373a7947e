package ai.nexadesk.webhooks.webhook.eventtype;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventGroup;
import ai.nexadesk.webhooks.catalog.EventType;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Settings &gt; Event types: the available event types and their data. */
@Path(EventTypePages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_AGENT)
public class EventTypePages {

    static final String PATH = "/settings/events";

    private final Webhooks webhooks;
    private final Caller caller;

    EventTypePages(Webhooks webhooks, Caller caller) {
        this.webhooks = webhooks;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "catalog")
    record list(List<EventGroup> groups) implements TemplateInstance {}

    @CheckedTemplate(basePath = "catalog")
    record type(EventType type, List<Webhook> subscribed) implements TemplateInstance {}

    /** The catalog. */
    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        return new list(EventGroup.all());
    }

    /** One event type and its subscribers. */
    @GET
    @Path("/{type}")
    @Operation(hidden = true)
    public TemplateInstance type(@PathParam("type") String name) {
        var type = Catalog.find(name).orElseThrow(ApiException::notFound);
        var subscribed = webhooks.all(caller).stream()
                .filter(webhook -> webhook.isFor(name))
                .toList();
        return new type(type, subscribed);
    }
}
