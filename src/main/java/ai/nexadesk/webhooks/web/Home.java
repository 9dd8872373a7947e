package ai.nexadesk.webhooks.web;

import org.eclipse.microprofile.openapi.annotations.Operation;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** The start page. */
@Path("/")
public class Home {

    /** Redirects to the webhooks. */
    @GET
    @Operation(hidden = true)
    public Response toWebhooks() {
        return Redirect.to("/settings/webhooks").build();
    }
}
