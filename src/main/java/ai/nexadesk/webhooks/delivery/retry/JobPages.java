package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Settings &gt; Background jobs: the progress of retries and recoveries. */
@Path(JobPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class JobPages {

    static final String PATH = "/settings/jobs";

    private final Jobs jobs;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    JobPages(Jobs jobs, InstantSource clock, Flash flash, Caller caller) {
        this.jobs = jobs;
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record jobs(List<Job> jobs, Map<String, Webhook> webhooks, boolean running, Instant now)
            implements TemplateInstance {}

    /** The newest jobs; the page refreshes itself while one is running. */
    @GET
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance list() {
        var newest = jobs.newest(caller);
        return new jobs(
                newest, jobs.webhooksOf(newest, caller), newest.stream().anyMatch(Job::isOpen), clock.instant());
    }

    @CheckedTemplate(basePath = "delivery")
    record job(Job job, Map<String, Webhook> webhooks, Instant now) implements TemplateInstance {}

    /** One job; the page refreshes itself while it is running. */
    @GET
    @Path("/{id}")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance show(@PathParam("id") String id) {
        var job = jobs.get(id, caller);
        return new job(job, jobs.webhooksOf(List.of(job), caller), clock.instant());
    }

    /** The page of a job. */
    static String path(Job job) {
        return PATH + "/" + job.publicId();
    }

    /** Cancels a job. */
    @POST
    @Path("/{id}/cancel")
    @RolesAllowed(Role.IS_ADMIN)
    @Operation(hidden = true)
    public Response cancel(@PathParam("id") String id) {
        var job = jobs.cancel(id, caller);
        return flash.success(
                path(job),
                "Cancelled. " + Formats.of(job.made, "delivery", "deliveries") + " had already been queued.");
    }
}
