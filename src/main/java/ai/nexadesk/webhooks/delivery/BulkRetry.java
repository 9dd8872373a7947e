package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.workspace.Caller;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import jakarta.ws.rs.core.Response;

/** Retries all failed deliveries that a log's filters match; says how many before it does. */
final class BulkRetry {

    private BulkRetry() {}

    @CheckedTemplate(basePath = "delivery")
    record retry(@Nullable Webhook webhook, String count, boolean nothing, String scope, String action, String back)
            implements TemplateInstance {}

    static TemplateInstance ask(
            @Nullable Webhook webhook, DeliveryLog log, String workspaceId, String path, LogForm form) {
        var part = log.read(workspaceId, form.failed(webhook == null ? null : webhook.id), null, 1);
        var count = part.total() > Retries.BULK
                ? "the newest " + Formats.grouped(Retries.BULK) + " failed deliveries"
                : Formats.of(part.total(), "failed delivery", "failed deliveries");
        return new retry(
                webhook,
                count,
                part.total() == 0,
                scope(webhook, form),
                form.address(path + "/retry", null),
                form.address(path, null));
    }

    static Response start(
            Retries retries, Caller caller, Flash flash, @Nullable String webhookId, String path, LogForm form) {
        int retried = retries.retryAll(form.failed(webhookId), caller);
        var back = form.address(path, null);
        return retried == 0
                ? flash.bad(back, "Nothing could be retried: these webhooks are not active, or their events are gone.")
                : flash.good(back, "Retrying " + Formats.of(retried, "delivery", "deliveries") + " now.");
    }

    private static String scope(@Nullable Webhook webhook, LogForm form) {
        var parts = new ArrayList<String>();
        parts.add(webhook == null ? "All webhooks" : webhook.url);
        if (!form.event.isBlank()) {
            parts.add("event " + form.event);
        }
        if (!form.statusCode.isBlank()) {
            parts.add("answered " + form.statusCode);
        }
        if (!form.q.isBlank()) {
            parts.add("matching " + form.q);
        }
        return String.join(" · ", parts);
    }
}
