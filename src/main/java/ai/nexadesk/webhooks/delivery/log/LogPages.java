package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.InstantSource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The log of a webhook. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class LogPages {

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final LogExport export;
    private final RetrySchedule schedule;
    private final InstantSource clock;
    private final Caller caller;

    LogPages(
            Webhooks webhooks,
            DeliveryLog log,
            LogExport export,
            RetrySchedule schedule,
            InstantSource clock,
            Caller caller) {
        this.webhooks = webhooks;
        this.log = log;
        this.export = export;
        this.schedule = schedule;
        this.clock = clock;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record log(Webhook webhook, LogPage log) implements TemplateInstance {}

    @GET
    @Costly
    @Path("/{id}/logs")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance log(@PathParam("id") String id, @BeanParam LogForm form) {
        var webhook = webhooks.get(id, caller);
        var now = clock.instant();
        return new log(
                webhook,
                LogPage.read(
                        log, caller.workspaceId(), path(id), form, form.filter(id, now), schedule.maxAttempts(), now));
    }

    @GET
    @Costly
    @Path("/{id}/logs/news")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public Response news(
            @PathParam("id") String id,
            @BeanParam LogForm form,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("shown") @DefaultValue("0") String shown) {
        webhooks.get(id, caller);
        var filter = form.filter(id, clock.instant());
        return NewDeliveriesNotice.of(log, caller.workspaceId(), path(id), form, filter, after, shown);
    }

    @GET
    @Costly
    @Path("/{id}/logs/export.{format}")
    @RolesAllowed(Role.IS_AGENT)
    @Produces(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Response export(@PathParam("id") String id, @PathParam("format") String format, @BeanParam LogForm form) {
        webhooks.get(id, caller);
        return export.answer(format, caller, form.filter(id, clock.instant()), "deliveries-" + id);
    }

    /** The address of the log of this webhook. */
    public static String path(String id) {
        return WebhookPages.path(id) + "/logs";
    }
}
