package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** Settings &gt; Find an event: which webhooks received it, and why others did not. */
@Path("/settings/find-event")
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_AGENT)
public class EventTracePages {

    private final EventTraces traces;
    private final Caller caller;

    EventTracePages(EventTraces traces, Caller caller) {
        this.traces = traces;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record trace(String id, @Nullable EventTrace trace) implements TemplateInstance {}

    /** The form and its result. */
    @GET
    @Operation(hidden = true)
    public TemplateInstance find(@QueryParam("id") @DefaultValue("") String id) {
        var wanted = id.strip();
        var found = wanted.isEmpty()
                ? null
                : traces.find(caller.workspaceId(), wanted).orElse(null);
        return new trace(wanted, found);
    }
}
