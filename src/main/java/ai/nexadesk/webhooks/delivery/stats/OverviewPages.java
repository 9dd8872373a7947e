package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.delivery.log.LatestFailures;
import ai.nexadesk.webhooks.delivery.log.LogEntry;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Redirect;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.WebhookStats;
import ai.nexadesk.webhooks.webhook.Webhooks;
import ai.nexadesk.webhooks.webhook.pace.PacedDeliveries;
import ai.nexadesk.webhooks.webhook.secret.SecretPair;
import ai.nexadesk.webhooks.webhook.secret.SecretService;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The statistics of a webhook. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class OverviewPages {

    private static final int GONE = 410;

    private final Webhooks webhooks;
    private final DeliveryStats stats;
    private final LatestFailures failures;
    private final PacedDeliveries paced;
    private final Checklists checklists;
    private final SecretService signingSecrets;
    private final Flash flash;
    private final RoutingContext request;
    private final RetrySchedule schedule;
    private final Duration retention;
    private final InstantSource clock;
    private final Caller caller;

    OverviewPages(
            Webhooks webhooks,
            DeliveryStats stats,
            LatestFailures failures,
            PacedDeliveries paced,
            Checklists checklists,
            SecretService signingSecrets,
            Flash flash,
            RoutingContext request,
            RetrySchedule schedule,
            Settings settings,
            InstantSource clock,
            Caller caller) {
        this.webhooks = webhooks;
        this.stats = stats;
        this.failures = failures;
        this.paced = paced;
        this.checklists = checklists;
        this.signingSecrets = signingSecrets;
        this.flash = flash;
        this.request = request;
        this.schedule = schedule;
        this.retention = settings.retention();
        this.clock = clock;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record overview(
            Webhook webhook,
            long waitingForPace,
            WebhookStats.Day day,
            Chart chart,
            List<LogEntry> failures,
            boolean gone,
            Duration retention,
            int maxAttempts,
            @Nullable SecretPair secrets,
            @Nullable Checklist checklist)
            implements TemplateInstance {}

    @GET
    @Path("/{id}")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance overview(@PathParam("id") String id, @QueryParam("span") @DefaultValue("") String value) {
        var webhook = webhooks.get(id, caller);
        var secrets = caller.isAdmin() && flash.showsSecret(request) ? signingSecrets.reveal(id, caller) : null;
        if (secrets != null) {
            // Not compressed, because the length would reveal something about the secret content.
            request.addHeadersEndHandler(end -> request.response().putHeader(HttpHeaders.CONTENT_ENCODING, "identity"));
        }
        var now = clock.instant();
        var span = Chart.Span.of(value);
        var tallies = stats.tallies(webhook, span.step(), span.from(now));
        // The figures cover a day. If the chart does too, they are its sums.
        var day = span == Chart.Span.DAY ? stats.ofLastDay(webhook, tallies) : stats.ofLastDay(webhook);
        var latest = failures.of(caller.workspaceId(), id);
        return new overview(
                webhook,
                paced.waiting(id, webhook.pace()),
                day,
                Chart.of(span, stats.attemptsOf(webhook, span.from(now)), tallies, now),
                latest,
                isGone(latest),
                retention,
                schedule.maxAttempts(),
                secrets,
                caller.isAdmin() ? checklists.of(webhook).orElse(null) : null);
    }

    /** Dismisses the first steps. */
    @POST
    @Path("/{id}/checklist/dismiss")
    @RolesAllowed(Role.IS_ADMIN)
    @Transactional
    @Operation(hidden = true)
    public Response dismissChecklist(@PathParam("id") String id) {
        webhooks.get(id, caller);
        AuditEntry.record(caller, Checklists.DISMISSED, id, "");
        return Redirect.to(WebhookPages.path(id)).build();
    }

    /** Whether the endpoint answered the latest failed delivery with 410. */
    private static boolean isGone(List<LogEntry> latest) {
        Integer status = latest.isEmpty() ? null : latest.get(0).delivery().statusCode;
        return status != null && status == GONE;
    }
}
