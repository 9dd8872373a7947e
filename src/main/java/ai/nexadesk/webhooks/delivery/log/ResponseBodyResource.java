package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Downloads the body of a response, byte for byte. It is untrusted, so its content type is one that browsers do not render. */
@Path(WebhookPages.PATH)
@Blocking
public class ResponseBodyResource {

    private final DeliveryLog log;
    private final Caller caller;

    ResponseBodyResource(DeliveryLog log, Caller caller) {
        this.log = log;
        this.caller = caller;
    }

    @GET
    @Path("/{id}/logs/{delivery}/attempts/{number}/body")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public Response body(
            @PathParam("id") String id, @PathParam("delivery") String deliveryId, @PathParam("number") int number) {
        var attempt = log.get(caller.workspaceId(), id, deliveryId).attempts().stream()
                .filter(found -> found.number == number && found.isAnswered())
                .findFirst()
                .orElseThrow(ApiException::notFound);
        var name = deliveryId + "-response-" + number + ".bin";
        return Response.ok(attempt.response().bytes(), MediaType.APPLICATION_OCTET_STREAM)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }
}
