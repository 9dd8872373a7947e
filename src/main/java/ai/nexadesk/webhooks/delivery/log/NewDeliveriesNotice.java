package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.web.Formats;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Announces new deliveries on a live log, without changing its lines. */
public final class NewDeliveriesNotice {

    private NewDeliveriesNotice() {}

    @CheckedTemplate(basePath = "delivery")
    record news(String count, long shown, String path) implements TemplateInstance {}

    /**
     * Creates the notice.
     *
     * @param after the newest delivery that is shown
     * @param shown how many were announced before
     */
    public static Response of(
            DeliveryLog log,
            String workspaceId,
            String path,
            LogForm form,
            LogFilter filter,
            String after,
            String shown) {
        var newest = DeliveryIds.parse(after)
                .orElseThrow(() -> ApiException.invalid("after", "after must be a delivery ID."));
        long count = log.countAfter(workspaceId, filter, newest);
        if (Long.toString(count).equals(shown)) {
            return Response.noContent().build();
        }
        return Response.ok(
                        new news(Formats.of(count, "new delivery", "new deliveries"), count, form.address(path, null)),
                        MediaType.TEXT_HTML)
                .build();
    }
}
