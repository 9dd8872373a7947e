package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.log.DeliveryLog;
import ai.nexadesk.webhooks.delivery.log.LogForm;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import jakarta.ws.rs.core.Response;

/** Retries all failed deliveries that match a log's filters, after showing how many there are. */
final class BulkRetry {

    private BulkRetry() {}

    @CheckedTemplate(basePath = "delivery")
    record retry(
            @Nullable Webhook webhook,
            boolean ofAll,
            String count,
            boolean nothing,
            String scope,
            String action,
            String back)
            implements TemplateInstance {}

    static TemplateInstance ask(
            @Nullable Webhook webhook, DeliveryLog log, String workspaceId, String path, LogForm form, Instant now) {
        var wanted = form.retryable(webhook == null ? null : webhook.id, now);
        var status = wanted.statuses().stream().map(DeliveryStatus::value).collect(Collectors.joining(" or "));
        var totals = wanted.ofEachStatus().stream()
                .map(each -> log.count(workspaceId, each))
                .toList();
        long counted = totals.stream().mapToLong(DeliveryLog.Total::counted).sum();
        boolean isMore = totals.stream().anyMatch(DeliveryLog.Total::isLowerBound);
        var count = isMore
                ? Formats.grouped(counted) + " or more " + status + " deliveries"
                : Formats.of(counted, status + " delivery", status + " deliveries");
        return new retry(
                webhook,
                path.equals(AttentionPages.PATH),
                count,
                counted == 0 && !isMore,
                scope(webhook, form),
                form.address(path + "/retry", null, ""),
                form.address(path, null));
    }

    static Response start(
            Jobs jobs, Caller caller, Flash flash, @Nullable String webhookId, String path, LogForm form, Instant now) {
        var back = form.address(path, null);
        var job = jobs.retry(form.retryable(webhookId, now), caller);
        return job.total == 0
                ? flash.error(back, "No deliveries match anymore.")
                : flash.success(
                        JobPages.path(job), "Retrying " + Formats.of(job.total, "delivery", "deliveries") + " now.");
    }

    /** Shows the number of retries on the next page. */
    static Response outcome(int retried, Flash flash, String back) {
        return retried == 0
                ? flash.error(
                        back, "Nothing was retried. The webhooks are not active, or the events are no longer stored.")
                : flash.success(back, "Retrying " + Formats.of(retried, "delivery", "deliveries") + " now.");
    }

    private static String scope(@Nullable Webhook webhook, LogForm form) {
        var parts = new ArrayList<String>();
        parts.add(webhook == null ? "All webhooks" : webhook.title());
        add(parts, "event ", form.event);
        add(parts, "response ", Formats.causes(form.statusCode));
        add(parts, "record ", form.record);
        add(parts, "in the last ", form.range);
        if (form.range.isBlank()) {
            add(parts, "since ", form.since);
            add(parts, "until ", form.until);
        }
        add(parts, "matching ", form.q);
        return String.join(" · ", parts);
    }

    private static void add(List<String> parts, String what, String value) {
        if (!value.isBlank()) {
            parts.add(what + value);
        }
    }
}
