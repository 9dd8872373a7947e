package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Success;
import org.jspecify.annotations.Nullable;

import jakarta.ws.rs.core.Response;

/**
 * The matching deliveries, and the job that retries them, as shown in the REST API.
 *
 * @param matching how many there are, counted to 10,000 at most
 * @param matchingIsLowerBound whether there may be more
 * @param job what works on them; null after a dry run
 */
public record BulkRetryResponse(int matching, boolean matchingIsLowerBound, JobResource.@Nullable View job) {

    private static final int ACCEPTED = 202;

    /** The answer to a dry run. */
    static Response counted(Jobs.Count count) {
        return Response.ok(Success.of(new BulkRetryResponse(count.matching(), count.isLowerBound(), null)))
                .build();
    }

    /** The answer that says what was begun. */
    static Response started(Job job) {
        return Response.status(ACCEPTED)
                .entity(Success.of(new BulkRetryResponse(
                        job.total, job.total >= ListPage.COUNTED_UP_TO, JobResource.View.of(job))))
                .build();
    }

    /** What was sent to begin with. */
    static <T> T given(@Nullable T body) {
        if (body == null) {
            throw ApiException.badRequest("malformed_json", "The body must be a JSON object.");
        }
        return body;
    }

    /** An empty filter value is ambiguous: it may not be meant to match everything. */
    static void notBlank(String member, @Nullable String text) {
        if (text != null && text.isBlank()) {
            throw ApiException.invalid(member, member + " must not be empty. Omit it to set no limit.");
        }
    }
}
