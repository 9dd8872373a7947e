package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Success;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import jakarta.ws.rs.core.Response;

/**
 * The matching deliveries, and the job that retries them, as shown in the REST API.
 *
 * @param matching how many there are, up to 10,000
 * @param matchingIsLowerBound whether there may be more
 * @param job the job; null after a dry run
 * @param failed in a dry run of a recovery: how many of them failed, up to 10,000
 * @param retrying how many of them are being retried, likewise
 * @param missed how many of them were missed, likewise
 */
public record BulkRetryResponse(
        int matching,
        boolean matchingIsLowerBound,
        JobResource.@Nullable View job,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer failed,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer retrying,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer missed) {

    private static final int ACCEPTED = 202;

    /** The response to a dry run. */
    static Response counted(Jobs.Count count) {
        return Response.ok(Success.of(
                        new BulkRetryResponse(count.matching(), count.isLowerBound(), null, null, null, null)))
                .build();
    }

    /** The response to a dry run of a recovery. */
    static Response left(Jobs.Recoverable left) {
        return Response.ok(Success.of(new BulkRetryResponse(
                        left.all().matching(),
                        left.all().isLowerBound(),
                        null,
                        left.failed().matching(),
                        left.retrying().matching(),
                        left.missed().matching())))
                .build();
    }

    /** The response for a started job. */
    static Response started(Job job) {
        return Response.status(ACCEPTED)
                .entity(Success.of(new BulkRetryResponse(
                        job.total, job.total >= ListPage.COUNTED_UP_TO, JobResource.View.of(job), null, null, null)))
                .build();
    }

    /** Rejects an empty filter value: it is ambiguous, and may not be meant to match everything. */
    static void notBlank(String member, @Nullable String text) {
        if (text != null && text.isBlank()) {
            throw ApiException.invalid(member, member + " must not be empty. Omit it to set no limit.");
        }
    }
}
