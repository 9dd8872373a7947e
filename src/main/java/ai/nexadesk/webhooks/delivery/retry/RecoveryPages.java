package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.query.Moment;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import ai.nexadesk.webhooks.web.Flash;
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

/** Recovers what a webhook missed; says how much that is before it does. */
@Path(WebhookPages.PATH + "/{id}/recover")
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class RecoveryPages {

    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm").withZone(ZoneOffset.UTC);
    private static final int UNPROCESSABLE = 422;

    private final Webhooks webhooks;
    private final Jobs jobs;
    private final Flash flash;
    private final Caller caller;

    RecoveryPages(Webhooks webhooks, Jobs jobs, Flash flash, Caller caller) {
        this.webhooks = webhooks;
        this.jobs = jobs;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record recover(
            Webhook webhook,
            String since,
            Jobs.@Nullable Count count,
            @Nullable String error) implements TemplateInstance {}

    @CheckedTemplate(basePath = "delivery")
    record missed(Webhook webhook, String since, Jobs.@Nullable Count count) implements TemplateInstance {}

    /** How much was missed since then; since it stopped getting events the last time, if nobody says. */
    @GET
    @Operation(hidden = true)
    public Response ask(@PathParam("id") String id, @QueryParam("since") @DefaultValue("") String since) {
        var webhook = webhooks.get(id, caller);
        var from = since.isBlank() ? MINUTES.format(jobs.stoppedAt(webhook)) : since;
        try {
            return Response.ok(new recover(webhook, from, jobs.countMissed(span(id, from), caller), null))
                    .build();
        } catch (ApiException e) {
            return refused(webhook, from, e);
        }
    }

    /** A notice for the page of a webhook that is active again: what it missed, unless it was recovered or is nothing. */
    @GET
    @Path("/notice")
    @Operation(hidden = true)
    public TemplateInstance notice(@PathParam("id") String id) {
        var webhook = webhooks.get(id, caller);
        var pause = jobs.unrecoveredPause(webhook);
        if (pause.isEmpty()) {
            return new missed(webhook, "", null);
        }
        var since = MINUTES.format(pause.get().from());
        return new missed(
                webhook,
                since,
                jobs.countMissed(span(id, since).until(pause.get().to()), caller));
    }

    /** Begins. */
    @POST
    @Operation(hidden = true)
    public Response start(@PathParam("id") String id, @FormParam("since") @DefaultValue("") String since) {
        var webhook = webhooks.get(id, caller);
        try {
            var job = jobs.recover(span(id, since), caller);
            return job.isRunning()
                    ? flash.good(JobPages.PATH, "Recovering missed events.")
                    : flash.good(WebhookPages.path(id), "No missed events since then.");
        } catch (ApiException e) {
            return refused(webhook, since, e);
        }
    }

    private static Response refused(Webhook webhook, String since, ApiException e) {
        return Response.status(UNPROCESSABLE)
                .entity(new recover(webhook, since, null, e.getMessage()))
                .build();
    }

    private static LogFilter span(String id, String since) {
        if (since.isBlank()) {
            throw ApiException.invalid("since", "Choose a start time.");
        }
        return LogFilter.parse(id, null, null, null, Moment.inUtc(since), null, null);
    }
}
