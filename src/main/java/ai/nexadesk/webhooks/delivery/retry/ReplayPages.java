package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.query.RequestTime;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.catalog.EventType;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
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

/** Sends past events to a webhook, after showing how many there are. */
@Path(WebhookPages.PATH + "/{id}/replay")
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class ReplayPages {

    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm").withZone(ZoneOffset.UTC);
    private final Webhooks webhooks;
    private final Jobs jobs;
    private final Flash flash;
    private final Caller caller;

    ReplayPages(Webhooks webhooks, Jobs jobs, Flash flash, Caller caller) {
        this.webhooks = webhooks;
        this.jobs = jobs;
        this.flash = flash;
        this.caller = caller;
    }

    /**
     * The requested replay.
     *
     * @param only which of the past events
     * @param since only events published at this moment or later
     * @param until only events published before this moment; empty for now
     * @param event only this type; empty for all
     */
    record Form(String only, String since, String until, String event) {

        /** Which of the past events. */
        public PastEvents.Choice choice() {
            return PastEvents.Choice.ALL.value.equals(only) ? PastEvents.Choice.ALL : PastEvents.Choice.MISSING;
        }
    }

    @CheckedTemplate(basePath = "delivery")
    record replay(
            Webhook webhook,
            List<EventType> types,
            Form form,
            Jobs.@Nullable Count count,
            @Nullable String error) implements TemplateInstance {}

    /** Counts since this time; by default, since it last stopped receiving events. */
    @GET
    @Costly
    @Operation(hidden = true)
    public Response ask(
            @PathParam("id") String id,
            @QueryParam("only") @DefaultValue("missing") String only,
            @QueryParam("since") @DefaultValue("") String since,
            @QueryParam("until") @DefaultValue("") String until,
            @QueryParam("event") @DefaultValue("") String event) {
        var webhook = webhooks.get(id, caller);
        var from = since.isBlank() ? MINUTES.format(jobs.stoppedAt(webhook)) : since;
        var form = new Form(only, from, until, event);
        try {
            return Response.ok(new replay(
                            webhook, Catalog.all(), form, jobs.countPast(form.choice(), span(id, form), caller), null))
                    .build();
        } catch (ApiException e) {
            return refused(webhook, form, e);
        }
    }

    /** Starts the job. */
    @POST
    @Operation(hidden = true)
    public Response start(
            @PathParam("id") String id,
            @FormParam("only") @DefaultValue("missing") String only,
            @FormParam("since") @DefaultValue("") String since,
            @FormParam("until") @DefaultValue("") String until,
            @FormParam("event") @DefaultValue("") String event) {
        var webhook = webhooks.get(id, caller);
        var form = new Form(only, since, until, event);
        try {
            var job = jobs.replay(form.choice(), span(id, form), caller);
            return job.isRunning()
                    ? flash.success(JobPages.path(job), "Sending past events.")
                    : flash.success(WebhookPages.path(id), "No such events since then.");
        } catch (ApiException e) {
            return refused(webhook, form, e);
        }
    }

    private static Response refused(Webhook webhook, Form form, ApiException e) {
        return InvalidForm.again(new replay(webhook, Catalog.all(), form, null, e.getMessage()));
    }

    private static LogFilter span(String id, Form form) {
        if (form.since.isBlank()) {
            throw ApiException.invalid("since", "Choose a start time.");
        }
        return LogFilter.parse(
                id,
                null,
                form.event,
                null,
                RequestTime.inUtc(form.since),
                form.until.isBlank() ? null : RequestTime.inUtc(form.until),
                null);
    }
}
