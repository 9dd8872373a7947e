package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.ws.rs.core.Response;

/**
 * A request to recover.
 *
 * @param since only deliveries created or events published at this moment or later; required
 * @param until only deliveries created or events published before this moment; null for now
 * @param dryRun whether to only count
 */
public record RecoveryRequest(
        @Nullable String since,
        @Nullable String until,
        @Nullable Boolean dryRun) {

    /**
     * Counts, or starts the job.
     *
     * @param webhookId the webhook; null for all webhooks
     * @throws ApiException 400 if a member is invalid
     */
    Response start(@Nullable String webhookId, Jobs jobs, Caller caller) {
        var span = span(webhookId, since, until, List.of());
        return Boolean.TRUE.equals(dryRun)
                ? BulkRetryResponse.left(jobs.countLeft(span, caller))
                : BulkRetryResponse.started(jobs.recover(span, caller));
    }

    /** Parses the period, which is required, and these types. */
    static LogFilter span(
            @Nullable String id,
            @Nullable String since,
            @Nullable String until,
            List<? extends @Nullable String> types) {
        if (since == null || since.isBlank()) {
            throw ApiException.invalid("since", "since is required: a time such as 2026-03-20T14:00:00Z.");
        }
        BulkRetryResponse.notBlank("until", until);
        for (var type : types) {
            if (type == null || Catalog.find(type).isEmpty()) {
                throw ApiException.invalid(
                        "events", type == null ? "events must name event types." : Catalog.unknown(type));
            }
        }
        return LogFilter.parse(id, null, String.join(",", types), null, since, until, null);
    }
}
