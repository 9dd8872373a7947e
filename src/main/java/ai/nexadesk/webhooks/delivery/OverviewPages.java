package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
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

import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** How a webhook fares. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class OverviewPages {

    private static final int LATEST = 5;

    private final Webhooks webhooks;
    private final WebhookStats stats;
    private final DeliveryLog log;
    private final RetrySchedule schedule;
    private final Caller caller;

    OverviewPages(Webhooks webhooks, WebhookStats stats, DeliveryLog log, Settings settings, Caller caller) {
        this.webhooks = webhooks;
        this.stats = stats;
        this.log = log;
        this.schedule = new RetrySchedule(settings.delivery().retryDelays());
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record overview(Webhook webhook, WebhookStats.Day day, List<LogEntry> latest, int maxAttempts)
            implements TemplateInstance {}

    @GET
    @Path("/{id}")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance overview(@PathParam("id") String id) {
        var webhook = webhooks.get(id, caller);
        var latest = log.read(caller.workspaceId(), LogFilter.ofWebhook(id), null, LATEST);
        return new overview(webhook, stats.ofLastDay(webhook), latest.entries(), schedule.maxAttempts());
    }
}
