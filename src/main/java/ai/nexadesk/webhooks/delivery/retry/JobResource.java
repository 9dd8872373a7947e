package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.Success;
import io.quarkus.vertx.http.Compressed;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** Background jobs, in the REST API. */
@Path(ApiPath.EXTERNAL + "/jobs")
@Produces(MediaType.APPLICATION_JSON)
public class JobResource {

    /** Job IDs sort by time. */
    private static final Map<String, Comparator<Job>> ORDERS =
            Map.of("created_at", Comparator.comparing(Job::publicId));

    private final Jobs jobs;
    private final Caller caller;

    JobResource(Jobs jobs, Caller caller) {
        this.jobs = jobs;
        this.caller = caller;
    }

    /**
     * A job as shown in the REST API.
     *
     * @param id {@code job_…}
     * @param kind {@code retry}, {@code recover} or {@code replay}
     * @param only which past events a replay sends: {@code missing} or {@code all}; null for other kinds
     * @param webhookId only deliveries to this webhook; null for all webhooks
     * @param event only of this type; null for all
     * @param statusCode only deliveries with this latest response: {@code 404}, {@code 5xx} or {@code none}; null for
     *     all
     * @param since only deliveries created at this moment or later; null for no bound
     * @param until only deliveries created before this moment; null for no bound
     * @param q only deliveries with this ID, or with this text in their body; null for all
     * @param record only events about this record; null for all
     * @param status {@code running}, {@code done} or {@code cancelled}
     * @param note why it was cancelled; null if it was not
     * @param total how many deliveries matched when it started; there may be more
     * @param made how many it has started
     * @param passedOver how many it skipped because their webhook is not active, or their event is no longer kept
     * @param delivered how many were delivered by the attempts that it started
     * @param failedAgain how many failed again
     * @param createdBy who started it
     * @param createdAt when it was started
     * @param finishedAt when it ended; null before
     */
    public record View(
            String id,
            String kind,
            @Nullable String only,
            @Nullable String webhookId,
            @Nullable String event,
            @Nullable String statusCode,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable String q,
            @Nullable String record,
            String status,
            @Nullable String note,
            int total,
            int made,
            int passedOver,
            int delivered,
            int failedAgain,
            String createdBy,
            Instant createdAt,
            @Nullable Instant finishedAt) {

        static View of(Job job) {
            return new View(
                    job.publicId(),
                    job.kind.value(),
                    job.kind == Job.Kind.REPLAY && job.choice != null ? job.choice.value() : null,
                    job.webhookId,
                    job.eventType,
                    job.statusCode,
                    job.since,
                    job.until,
                    job.text,
                    job.record,
                    job.status.value(),
                    job.note,
                    job.total,
                    job.made,
                    job.passedOver,
                    job.delivered,
                    job.failedAgain,
                    job.createdBy,
                    job.createdAt,
                    job.finishedAt);
        }
    }

    /** The newest hundred jobs, newest first unless sorted. */
    @GET
    @RolesAllowed(ApiKey.READ)
    @Compressed
    public ListPage<View> list(
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor,
            @QueryParam("sort") @Nullable Sort sort) {
        return ListPage.part(
                Sort.apply(sort, jobs.newest(caller), ORDERS), sort, Job::publicId, View::of, cursor, limit);
    }

    /** One job. */
    @GET
    @Path("/{id}")
    @RolesAllowed(ApiKey.READ)
    public Success<View> get(@PathParam("id") String id) {
        return Success.of(View.of(jobs.get(id, caller)));
    }

    /** Cancels a job. */
    @POST
    @Path("/{id}/cancel")
    @RolesAllowed(ApiKey.WRITE)
    @Consumes(MediaType.WILDCARD)
    public Success<View> cancel(@PathParam("id") String id) {
        return Success.of(View.of(jobs.cancel(id, caller)));
    }
}
