package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Success;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** The signing secret of a webhook, in the REST API. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(ApiKey.WRITE)
@Blocking
public class SecretResource {

    private final SecretService signingSecrets;
    private final Caller caller;

    SecretResource(SecretService signingSecrets, Caller caller) {
        this.signingSecrets = signingSecrets;
        this.caller = caller;
    }

    /**
     * The signing secrets.
     *
     * @param secret the current one
     * @param pendingSecret the second secret during the overlap of a rotation; null without one
     * @param pendingFrom when it becomes the current one; null without one
     */
    public record SecretView(
            String secret,
            @Nullable String pendingSecret,
            @Nullable Instant pendingFrom) {

        static SecretView of(SecretPair secrets) {
            var pending = secrets.pending();
            return new SecretView(
                    secrets.current().value(), pending == null ? null : pending.value(), secrets.pendingFrom());
        }
    }

    /**
     * The options of a rotation.
     *
     * @param overlapHours how long both secrets sign, from 0 to 168 hours; 24 if not given
     */
    public record Rotation(@Nullable Integer overlapHours) {}

    @GET
    @Path("/{id}/secret")
    public Success<SecretView> secret(@PathParam("id") String id) {
        return Success.of(SecretView.of(signingSecrets.reveal(id, caller)));
    }

    @POST
    @Path("/{id}/secret/rotate")
    @Consumes(MediaType.WILDCARD)
    public Success<SecretView> rotate(@PathParam("id") String id, @Nullable Rotation rotation) {
        var hours = rotation == null ? null : rotation.overlapHours();
        return Success.of(SecretView.of(
                signingSecrets.rotate(id, hours == null ? SecretService.DEFAULT_OVERLAP_HOURS : hours, caller)));
    }

    @POST
    @Path("/{id}/secret/switch")
    @Consumes(MediaType.WILDCARD)
    public Success<SecretView> switchNow(@PathParam("id") String id) {
        return Success.of(SecretView.of(signingSecrets.switchNow(id, caller)));
    }
}
