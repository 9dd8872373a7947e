package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.query.RequestTime;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.web.InvalidForm;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Recovery of one webhook or all from an outage: shows the count, can try one delivery, and starts a job for the rest.
 */
@Path(RecoveryPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class RecoveryPages {

    static final String PATH = "/settings/recover";

    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm").withZone(ZoneOffset.UTC);
    /** The default period if nothing is wrong now. */
    private static final Duration USUAL = Duration.ofDays(1);

    /** The margin for events published shortly before the first failure. */
    private static final Duration BEFORE_TROUBLE = Duration.ofMinutes(5);

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final Jobs jobs;
    private final SingleRetry single;
    private final Housekeeping housekeeping;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    RecoveryPages(
            Webhooks webhooks,
            DeliveryLog log,
            Jobs jobs,
            SingleRetry single,
            Housekeeping housekeeping,
            InstantSource clock,
            Flash flash,
            Caller caller) {
        this.webhooks = webhooks;
        this.log = log;
        this.jobs = jobs;
        this.single = single;
        this.housekeeping = housekeeping;
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    /**
     * The requested recovery.
     *
     * @param webhook the webhook; blank for all
     * @param since only deliveries created at this moment or later
     * @param until only deliveries created before this moment; blank for now
     */
    record Form(String webhook, String since, String until) {

        LogFilter span() {
            if (since.isBlank()) {
                throw ApiException.invalid("since", "Choose a start time.");
            }
            return LogFilter.parse(webhook, null, null, null, RequestTime.inUtc(since), RequestTime.inUtc(until), null);
        }

        /** The address of the page with these values. */
        String address() {
            return path(webhook) + "&since=" + Formats.urlEncoded(since)
                    + (until.isBlank() ? "" : "&until=" + Formats.urlEncoded(until));
        }
    }

    /** The path of the page for a webhook, or for all if the ID is blank. */
    static String path(String webhookId) {
        return PATH + "?webhook=" + Formats.urlEncoded(webhookId);
    }

    @CheckedTemplate(basePath = "delivery")
    record recover(
            @Nullable Webhook webhook,
            List<Webhook> webhooks,
            Form form,
            Jobs.@Nullable Recoverable left,
            @Nullable String error)
            implements TemplateInstance {}

    @CheckedTemplate(basePath = "delivery")
    record missed(Webhook webhook, String since, Jobs.@Nullable Count count) implements TemplateInstance {}

    /** Counts since this time; by default, since the problems began. */
    @GET
    @Costly
    @Operation(hidden = true)
    public Response ask(
            @QueryParam("webhook") @DefaultValue("") String webhook,
            @QueryParam("since") @DefaultValue("") String since,
            @QueryParam("until") @DefaultValue("") String until) {
        var form = new Form(webhook, since.isBlank() ? problemsSince(webhook) : since, until);
        try {
            return Response.ok(page(form, jobs.countLeft(form.span(), caller), null))
                    .build();
        } catch (ApiException e) {
            return refused(form, e);
        }
    }

    private String problemsSince(String webhook) {
        var since = jobs.problemsSince(webhook.isBlank() ? null : webhook, caller)
                .map(began -> began.minus(BEFORE_TROUBLE))
                .orElseGet(() -> clock.instant().minus(USUAL));
        return MINUTES.format(since);
    }

    private recover page(Form form, Jobs.@Nullable Recoverable left, @Nullable String error) {
        return new recover(
                form.webhook.isBlank() ? null : webhooks.get(form.webhook, caller),
                webhooks.all(caller),
                form,
                left,
                error);
    }

    private Response refused(Form form, ApiException e) {
        if (e.status() == Response.Status.NOT_FOUND.getStatusCode()) {
            throw e;
        }
        return InvalidForm.again(page(form, null, e.getMessage()));
    }

    /** A notice on the page of a webhook that is active again: how many events it missed, if any and not recovered yet. */
    @GET
    @Path("/notice")
    @Operation(hidden = true)
    public TemplateInstance notice(@QueryParam("webhook") @DefaultValue("") String id) {
        var webhook = webhooks.get(id, caller);
        var pause = jobs.unrecoveredPause(webhook);
        if (pause.isEmpty()) {
            return new missed(webhook, "", null);
        }
        var since = MINUTES.format(pause.get().from());
        var span = new Form(id, since, "").span().until(pause.get().to());
        return new missed(webhook, since, jobs.countPast(PastEvents.Choice.MISSED, span, caller));
    }

    /** Retries one of them and shows the outcome. */
    @POST
    @Path("/try-one")
    @Operation(hidden = true)
    public Response tryOne(
            @FormParam("webhook") @DefaultValue("") String webhook,
            @FormParam("since") @DefaultValue("") String since,
            @FormParam("until") @DefaultValue("") String until) {
        var form = new Form(webhook, since, until);
        try {
            for (var status : List.of(DeliveryStatus.FAILED, DeliveryStatus.RETRYING)) {
                var newest = log.read(caller.workspaceId(), form.span().in(status), null, 1)
                        .entries();
                if (!newest.isEmpty()) {
                    var delivery = newest.get(0).delivery();
                    return single.retry(delivery.webhookId, delivery.publicId(), caller, form.address());
                }
            }
            var made = jobs.deliverOneMissed(form.span(), caller);
            housekeeping.soon();
            return made.isEmpty()
                    ? flash.error(form.address(), "Nothing is left to try.")
                    : single.await(made.get(), 0, form.address());
        } catch (ApiException e) {
            return refused(form, e);
        }
    }

    /** Starts a job for all of them. */
    @POST
    @Operation(hidden = true)
    public Response start(
            @FormParam("webhook") @DefaultValue("") String webhook,
            @FormParam("since") @DefaultValue("") String since,
            @FormParam("until") @DefaultValue("") String until) {
        var form = new Form(webhook, since, until);
        try {
            var job = jobs.recover(form.span(), caller);
            return job.isRunning()
                    ? flash.success(JobPages.path(job), "Recovery started.")
                    : flash.success(form.address(), "Nothing is left to recover.");
        } catch (ApiException e) {
            return refused(form, e);
        }
    }
}
