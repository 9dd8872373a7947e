package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.delivery.log.LogPages;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.InstantSource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Retries of a webhook's deliveries in the browser: one delivery, or all that match the filters of its log. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@RolesAllowed(Role.IS_ADMIN)
@Blocking
public class RetryPages {

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final Retries retries;
    private final SingleRetry single;
    private final Jobs jobs;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    RetryPages(
            Webhooks webhooks,
            DeliveryLog log,
            Retries retries,
            SingleRetry single,
            Jobs jobs,
            InstantSource clock,
            Flash flash,
            Caller caller) {
        this.webhooks = webhooks;
        this.log = log;
        this.retries = retries;
        this.single = single;
        this.jobs = jobs;
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    @POST
    @Path("/{id}/logs/{delivery}/retry")
    @Operation(hidden = true)
    public Response retry(
            @PathParam("id") String id,
            @PathParam("delivery") String deliveryId,
            @FormParam("back") @DefaultValue("") String back) {
        var next = AttentionPages.isHere(back) ? back : LogPages.path(id) + "/" + deliveryId;
        return single.retry(id, deliveryId, caller, next);
    }

    @POST
    @Path("/{id}/logs/{delivery}/skip")
    @Operation(hidden = true)
    public Response skip(@PathParam("id") String id, @PathParam("delivery") String deliveryId) {
        var next = LogPages.path(id) + "/" + deliveryId;
        try {
            retries.skip(id, deliveryId, caller);
            return flash.success(next, "Skipped. The next event of this record is sent now.");
        } catch (ApiException e) {
            if (e.status() != Response.Status.CONFLICT.getStatusCode()) {
                throw e;
            }
            return flash.error(next, e.getMessage());
        }
    }

    @GET
    @Path("/{id}/logs/retry")
    @Operation(hidden = true)
    public TemplateInstance askRetryAll(@PathParam("id") String id, @BeanParam LogForm form) {
        return BulkRetry.ask(
                webhooks.get(id, caller), log, caller.workspaceId(), LogPages.path(id), form, clock.instant());
    }

    @POST
    @Path("/{id}/logs/retry")
    @Operation(hidden = true)
    public Response retryAll(@PathParam("id") String id, @BeanParam LogForm form) {
        webhooks.get(id, caller);
        return BulkRetry.start(jobs, caller, flash, id, LogPages.path(id), form, clock.instant());
    }
}
