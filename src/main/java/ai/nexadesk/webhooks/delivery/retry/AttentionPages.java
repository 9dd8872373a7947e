package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogExport;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.delivery.log.LogPage;
import ai.nexadesk.webhooks.delivery.log.NewDeliveriesNotice;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.webhook.Webhook;
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

/** Failed and retrying deliveries of all webhooks of a workspace: by webhook and cause, and one by one. */
@Path(AttentionPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class AttentionPages {

    static final String PATH = "/settings/needs-attention";

    private static final Pattern HERE = Pattern.compile(Pattern.quote(PATH) + "(\\?[\\p{Graph}]*)?");

    private final Webhooks webhooks;
    private final FailureGroups groups;
    private final DeliveryLog log;
    private final LogExport export;
    private final Retries retries;
    private final SingleRetry single;
    private final Jobs jobs;
    private final RetrySchedule schedule;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    AttentionPages(
            Webhooks webhooks,
            FailureGroups groups,
            DeliveryLog log,
            LogExport export,
            Retries retries,
            SingleRetry single,
            Jobs jobs,
            RetrySchedule schedule,
            InstantSource clock,
            Flash flash,
            Caller caller) {
        this.webhooks = webhooks;
        this.groups = groups;
        this.log = log;
        this.export = export;
        this.retries = retries;
        this.single = single;
        this.jobs = jobs;
        this.schedule = schedule;
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    /** Whether an address is that of this page, with any filters. */
    static boolean isHere(String address) {
        return HERE.matcher(address).matches();
    }

    @CheckedTemplate(basePath = "delivery")
    record attention(LogPage log, List<Webhook> webhooks, List<FailureGroups.Group> groups)
            implements TemplateInstance {}

    @GET
    @Costly
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance attention(@BeanParam LogForm form) {
        var now = clock.instant();
        var page = LogPage.read(
                log, caller.workspaceId(), PATH, form, form.retryable(null, now), schedule.maxAttempts(), now);
        var all = webhooks.all(caller);
        return new attention(page, all, page.isFirst() && !form.isNarrowed() ? groups(all, form.webhook) : List.of());
    }

    private List<FailureGroups.Group> groups(List<Webhook> all, String webhookId) {
        var wanted = all.stream()
                .filter(webhook -> webhookId.isBlank() || webhook.id.equals(webhookId))
                .toList();
        return groups.of(caller.workspaceId(), wanted);
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
        var webhook = form.webhook.isBlank() ? null : webhooks.get(form.webhook, caller);
        return BulkRetry.ask(webhook, log, caller.workspaceId(), PATH, form, clock.instant());
    }

    @POST
    @Path("/retry")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retryAll(@BeanParam LogForm form) {
        return BulkRetry.start(jobs, caller, flash, null, PATH, form, clock.instant());
    }

    /** The newest matching delivery, failed ones first, because they have no automatic retries. */
    @POST
    @Path("/retry-one")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retryOne(@BeanParam LogForm form, @FormParam("back") @DefaultValue("") String back) {
        var next = isHere(back) ? back : PATH;
        for (var wanted : form.retryable(null, clock.instant()).ofEachStatus()) {
            var newest = log.read(caller.workspaceId(), wanted, null, 1).entries();
            if (!newest.isEmpty()) {
                var delivery = newest.get(0).delivery();
                return single.retry(delivery.webhookId, delivery.publicId(), caller, next);
            }
        }
        return flash.error(next, "No deliveries match anymore.");
    }

    @POST
    @Path("/selected")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response retrySelected(@BeanParam LogForm form, @FormParam("delivery") List<String> deliveries) {
        var back = form.address(PATH, null);
        return deliveries.isEmpty()
                ? flash.error(back, "Select at least one delivery.")
                : BulkRetry.outcome(retries.retryThese(deliveries, caller), flash, back);
    }
}
