package ai.nexadesk.webhooks.web;

import org.eclipse.microprofile.openapi.annotations.Operation;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** The front door. */
@Path("/")
public class Home {

    /** The webhooks are what people come for. */
    @GET
    @Operation(hidden = true)
    public Response toWebhooks() {
        return Redirect.to("/settings/webhooks").build();
    }
}
