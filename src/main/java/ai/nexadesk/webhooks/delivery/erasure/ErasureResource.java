package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import io.smallrye.common.annotation.Blocking;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Erasing data about people, for NexaDesk's own services. */
@Path(ApiPath.INTERNAL + "/erasures")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.IS_PUBLISHER)
@Blocking
public class ErasureResource {

    private static final int ACCEPTED = 202;

    private final Erasures erasures;
    private final InstantSource clock;

    ErasureResource(Erasures erasures, InstantSource clock) {
        this.erasures = erasures;
        this.clock = clock;
    }

    /** Starts an erasure. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(ACCEPTED)
    public Success<Erasure> begin(@Nullable ErasureRequest wanted) {
        if (wanted == null) {
            throw ApiException.badRequest("malformed_json", "The body must be a JSON object.");
        }
        return Success.of(erasures.begin(
                wanted,
                (erasure, detail) -> AuditEntry.byUs(
                        erasure.workspaceId(), clock.instant(), "erasure.begun", erasure.id(), detail, List.of())));
    }

    /** The state of an erasure. */
    @GET
    @Path("/{id}")
    public Success<Erasure> get(@PathParam("id") String id) {
        return Success.of(erasures.get(id));
    }
}
