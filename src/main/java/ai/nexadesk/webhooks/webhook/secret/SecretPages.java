package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.Uncompressed;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Shows and rotates the signing secret of a webhook. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class SecretPages {

    private final Webhooks webhooks;
    private final SecretService signingSecrets;
    private final Flash flash;
    private final Caller caller;

    SecretPages(Webhooks webhooks, SecretService signingSecrets, Flash flash, Caller caller) {
        this.webhooks = webhooks;
        this.signingSecrets = signingSecrets;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "webhook")
    record secret(Webhook webhook, SecretPair secrets) implements TemplateInstance {}

    @CheckedTemplate(basePath = "webhook")
    record rotate(
            Webhook webhook, String overlapHours, @Nullable String error) implements TemplateInstance {}

    /** Reveals the secret through a form instead of a link, because each reveal is recorded in the audit log. */
    @POST
    @Path("/{id}/secret")
    @Uncompressed
    @Operation(hidden = true)
    public TemplateInstance reveal(@PathParam("id") String id) {
        return new secret(webhooks.get(id, caller), signingSecrets.reveal(id, caller));
    }

    @GET
    @Path("/{id}/secret/rotate")
    @Operation(hidden = true)
    public TemplateInstance askRotate(@PathParam("id") String id) {
        return new rotate(webhooks.get(id, caller), Integer.toString(SecretService.DEFAULT_OVERLAP_HOURS), null);
    }

    @POST
    @Path("/{id}/secret/rotate")
    @Operation(hidden = true)
    public Response rotate(
            @PathParam("id") String id, @FormParam("overlap_hours") @DefaultValue("") String overlapHours) {
        try {
            var secrets = signingSecrets.rotate(id, parse(overlapHours), caller);
            return flash.withSecret(
                    WebhookPages.path(id),
                    true,
                    secrets.pending() == null
                            ? "Secret rotated. The new secret is now in use."
                            : "Secret rotated. Deploy the new secret to your endpoint before the overlap ends.");
        } catch (ApiException e) {
            if (e.fields().isEmpty()) {
                return refused(id, e);
            }
            return InvalidForm.again(new rotate(webhooks.get(id, caller), overlapHours, e.getMessage()));
        }
    }

    @GET
    @Path("/{id}/secret/switch")
    @Operation(hidden = true)
    public TemplateInstance askSwitch(@PathParam("id") String id) {
        return new WebhookPages.confirm(
                webhooks.get(id, caller),
                "Switch to the new secret now?",
                "This ends the overlap and removes the old secret. Receivers that still use it will reject requests"
                        + " immediately. This can't be undone.",
                "Switch now",
                "secret/switch",
                true);
    }

    @POST
    @Path("/{id}/secret/switch")
    @Operation(hidden = true)
    public Response switchNow(@PathParam("id") String id) {
        try {
            signingSecrets.switchNow(id, caller);
            return flash.success(WebhookPages.path(id), "The new secret is now in use.");
        } catch (ApiException e) {
            return refused(id, e);
        }
    }

    private Response refused(String id, ApiException problem) {
        if (problem.status() != Response.Status.CONFLICT.getStatusCode()) {
            throw problem;
        }
        return flash.error(WebhookPages.path(id), problem.getMessage());
    }

    private static int parse(String hours) {
        try {
            return Integer.parseInt(hours.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
