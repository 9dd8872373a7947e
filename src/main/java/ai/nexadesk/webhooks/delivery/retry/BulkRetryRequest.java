package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.log.LogFilter;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.ws.rs.core.Response;

/**
 * The deliveries that a program wants to retry.
 *
 * @param status {@code failed}, {@code retrying}, or both, separated by a comma
 * @param event only of this type, or these, separated by commas; null for all
 * @param statusCode only those whose latest attempt had this response: {@code 404}, {@code 5xx} or {@code none},
 *     separated by commas; null for all
 * @param since only those created at this moment or later; null for no bound
 * @param until only those created before this moment; null for no bound
 * @param q only those with this delivery ID or event ID, or with this text in their body; null for all
 * @param record only those of events about this record; null for all
 * @param dryRun whether to only count them
 */
public record BulkRetryRequest(
        @Nullable String status,
        @Nullable String event,
        @Nullable String statusCode,
        @Nullable String since,
        @Nullable String until,
        @Nullable String q,
        @Nullable String record,
        @Nullable Boolean dryRun) {

    private static final List<DeliveryStatus> RETRYABLE = List.of(DeliveryStatus.FAILED, DeliveryStatus.RETRYING);

    /**
     * Counts the deliveries, or starts the job.
     *
     * @param webhookId the webhook; null for all webhooks
     * @throws ApiException 400 if a member is invalid
     */
    Response start(@Nullable String webhookId, Jobs jobs, Caller caller) {
        BulkRetryResponse.notBlank("event", event);
        BulkRetryResponse.notBlank("status_code", statusCode);
        BulkRetryResponse.notBlank("since", since);
        BulkRetryResponse.notBlank("until", until);
        BulkRetryResponse.notBlank("q", q);
        BulkRetryResponse.notBlank("record", record);
        var filter = LogFilter.parse(webhookId, status, event, statusCode, since, until, q)
                .about(record)
                .withoutPings();
        if (filter.statuses().isEmpty() || !RETRYABLE.containsAll(filter.statuses())) {
            throw ApiException.invalid("status", "status must be failed, retrying, or both, separated by a comma.");
        }
        return Boolean.TRUE.equals(dryRun)
                ? BulkRetryResponse.counted(jobs.countFailed(filter, caller))
                : BulkRetryResponse.started(jobs.retry(filter, caller));
    }
}
