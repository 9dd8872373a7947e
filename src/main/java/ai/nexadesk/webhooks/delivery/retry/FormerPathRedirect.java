package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.web.Redirect;
import org.eclipse.microprofile.openapi.annotations.Operation;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** Redirects from the former address of Needs attention, for bookmarks and links in messages. */
@Path("/settings/failed")
@RolesAllowed(Role.IS_AGENT)
public class FormerPathRedirect {

    /** Redirects and keeps the filters. */
    @GET
    @Operation(hidden = true)
    public Response failed(@Context UriInfo asked) {
        var query = asked.getRequestUri().getRawQuery();
        return Redirect.to(AttentionPages.PATH + (query == null ? "" : "?" + query))
                .build();
    }
}
