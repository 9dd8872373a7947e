package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** How long bodies are kept, in the REST API. */
@Path(ApiPath.EXTERNAL + "/retention")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class BodyRetentionResource {

    private final BodyRetention retention;
    private final Caller caller;

    BodyRetentionResource(BodyRetention retention, Caller caller) {
        this.retention = retention;
        this.caller = caller;
    }

    /**
     * The retention of bodies.
     *
     * @param bodyDays for how many days payloads and responses are kept; null to keep them as long as the log
     */
    public record Days(
            @JsonProperty(required = true) @Nullable Integer bodyDays) {}

    @GET
    @RolesAllowed(ApiKey.READ)
    public Success<Days> get() {
        return Success.of(new Days(retention.days(caller.workspaceId()).orElse(null)));
    }

    @PUT
    @RolesAllowed(ApiKey.WRITE)
    @Consumes(MediaType.APPLICATION_JSON)
    public Success<Days> put(@Nullable Days wanted) {
        if (wanted == null) {
            throw ApiException.badRequest("malformed_json", "The body must be a JSON object.");
        }
        retention.keep(wanted.bodyDays(), caller);
        return Success.of(wanted);
    }
}
