package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogExport;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.delivery.log.LogPage;
import ai.nexadesk.webhooks.delivery.log.NewDeliveriesNotice;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.webhook.Health;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookHealth;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The failed deliveries of all webhooks of a workspace, or those that are being retried. */
@Path(FailedPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class FailedPages {

    static final String PATH = "/settings/failed";

    private static final Pattern HERE = Pattern.compile(Pattern.quote(PATH) + "(\\?[\\p{Graph}]*)?");

    private final Webhooks webhooks;
    private final WebhookHealth health;
    private final DeliveryLog log;
    private final LogExport export;
    private final Retries retries;
    private final Jobs jobs;
    private final RetrySchedule schedule;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    FailedPages(
            Webhooks webhooks,
            WebhookHealth health,
            DeliveryLog log,
            LogExport export,
            Retries retries,
            Jobs jobs,
            Settings settings,
            InstantSource clock,
            Flash flash,
            Caller caller) {
        this.webhooks = webhooks;
        this.health = health;
        this.log = log;
        this.export = export;
        this.retries = retries;
        this.jobs = jobs;
        this.schedule = new RetrySchedule(settings.delivery().retryDelays());
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    /** Whether an address is this page's, with any filters. */
    static boolean isHere(String address) {
        return HERE.matcher(address).matches();
    }

    @CheckedTemplate(basePath = "delivery")
    record failed(LogPage log, List<Webhook> webhooks, long retrying) implements TemplateInstance {}

    @GET
    @Costly
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance failed(@BeanParam LogForm form) {
        var now = clock.instant();
        var page = LogPage.read(
                log, caller.workspaceId(), PATH, form, form.retryable(null, now), schedule.maxAttempts(), now);
        var all = webhooks.all(caller);
        return new failed(page, all, page.filter().status() == DeliveryStatus.RETRYING ? 0 : waiting(all));
    }

    /** How many deliveries wait at webhooks whose attempts fail: they have not failed yet, but somebody should know. */
    private long waiting(List<Webhook> all) {
        return health.ofAll(all.stream().map(webhook -> webhook.id).toList()).values().stream()
                .filter(Health::isPoor)
                .mapToLong(Health::waiting)
                .sum();
    }

    @GET
    @Costly
    @Path("/news")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public Response news(
            @BeanParam LogForm form,
            @QueryParam("after") @DefaultValue("") String after,
            @QueryParam("shown") @DefaultValue("0") String shown) {
        return NewDeliveriesNotice.of(
                log, caller.workspaceId(), PATH, form, form.retryable(null, clock.instant()), after, shown);
    }

    @GET
    @Costly
    @Path("/export.{format}")
    @RolesAllowed(Role.IS_AGENT)
    @Produces(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Response export(@PathParam("format") String format, @BeanParam LogForm form) {
        return export.answer(format, caller, form.retryable(null, clock.instant()), "failed-deliveries");
    }

    @GET
    @Costly
    @Path("/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public TemplateInstance askRetryAll(@BeanParam LogForm form) {
        return BulkRetry.ask(null, log, caller.workspaceId(), PATH, form, clock.instant());
    }

    @POST
    @Path("/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retryAll(@BeanParam LogForm form) {
        return BulkRetry.start(jobs, caller, flash, null, PATH, form, clock.instant());
    }

    @POST
    @Path("/selected")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retrySelected(@BeanParam LogForm form, @FormParam("delivery") List<String> deliveries) {
        var back = form.address(PATH, null);
        return deliveries.isEmpty()
                ? flash.bad(back, "Select at least one delivery.")
                : BulkRetry.told(retries.retryThese(deliveries, caller), flash, back);
    }
}
