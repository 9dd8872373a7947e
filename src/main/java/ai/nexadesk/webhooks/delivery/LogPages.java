package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.WebhookStats;
import ai.nexadesk.webhooks.webhook.Webhooks;
import ai.nexadesk.webhooks.workspace.Caller;
import ai.nexadesk.webhooks.workspace.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.InstantSource;
import java.util.List;
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

/** A webhook's overview, its log, and each delivery in it. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class LogPages {

    private static final int LATEST = 5;

    private final Webhooks webhooks;
    private final WebhookStats stats;
    private final DeliveryLog log;
    private final Retries retries;
    private final Settings settings;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    LogPages(
            Webhooks webhooks,
            WebhookStats stats,
            DeliveryLog log,
            Retries retries,
            Settings settings,
            InstantSource clock,
            Flash flash,
            Caller caller) {
        this.webhooks = webhooks;
        this.stats = stats;
        this.log = log;
        this.retries = retries;
        this.settings = settings;
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record overview(Webhook webhook, WebhookStats.Day day, List<LogEntry> latest) implements TemplateInstance {}

    @CheckedTemplate(basePath = "delivery")
    record log(Webhook webhook, LogPage log) implements TemplateInstance {}

    @CheckedTemplate(basePath = "delivery")
    record delivery(DeliveryPage page) implements TemplateInstance {}

    @GET
    @Path("/{id}")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance overview(@PathParam("id") String id) {
        var webhook = webhooks.get(id, caller);
        var latest = log.read(caller.workspaceId(), LogFilter.ofWebhook(id), null, LATEST);
        return new overview(webhook, stats.ofLastDay(webhook), latest.entries());
    }

    @GET
    @Path("/{id}/logs")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance log(@PathParam("id") String id, @BeanParam LogForm form) {
        var webhook = webhooks.get(id, caller);
        return new log(webhook, LogPage.read(log, caller.workspaceId(), path(id), form, form.filter(id)));
    }

    @GET
    @Path("/{id}/logs/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance askRetryAll(@PathParam("id") String id, @BeanParam LogForm form) {
        return BulkRetry.ask(webhooks.get(id, caller), log, caller.workspaceId(), path(id), form);
    }

    @POST
    @Path("/{id}/logs/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retryAll(@PathParam("id") String id, @BeanParam LogForm form) {
        webhooks.get(id, caller);
        return BulkRetry.start(retries, caller, flash, id, path(id), form);
    }

    @GET
    @Path("/{id}/logs/{delivery}")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance delivery(@PathParam("id") String id, @PathParam("delivery") String deliveryId) {
        var detail = find(id, deliveryId);
        // A deleted webhook's log stays readable.
        var webhook = Webhook.everInWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
        var schedule = new RetrySchedule(settings.delivery().retryDelays());
        return new delivery(new DeliveryPage(webhook, detail, schedule.maxAttempts(), clock.instant()));
    }

    @POST
    @Path("/{id}/logs/{delivery}/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retry(
            @PathParam("id") String id,
            @PathParam("delivery") String deliveryId,
            @FormParam("back") @DefaultValue("") String back) {
        find(id, deliveryId);
        var next = back.equals("failed") ? FailedPages.PATH : path(id) + "/" + deliveryId;
        try {
            retries.retry(deliveryId, caller);
            return flash.good(next, "Retrying now.");
        } catch (ApiException e) {
            if (e.status() != Response.Status.CONFLICT.getStatusCode()) {
                throw e;
            }
            return flash.bad(next, e.getMessage());
        }
    }

    private DeliveryLog.Detail find(String webhookId, String deliveryId) {
        return log.find(caller.workspaceId(), deliveryId)
                .filter(detail -> detail.entry().delivery().webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
    }

    private static String path(String id) {
        return WebhookPages.path(id) + "/logs";
    }
}
