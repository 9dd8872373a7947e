package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookPages;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** One delivery: its requests and responses, and actions on it. */
@Path(WebhookPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
public class DeliveryPages {

    private final DeliveryLog log;
    private final Curl curl;
    private final RetrySchedule schedule;
    private final InstantSource clock;
    private final Caller caller;

    DeliveryPages(DeliveryLog log, Curl curl, RetrySchedule schedule, InstantSource clock, Caller caller) {
        this.log = log;
        this.curl = curl;
        this.schedule = schedule;
        this.clock = clock;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "delivery")
    record delivery(DeliveryPage page, @Nullable Comparison comparison, int one, int other)
            implements TemplateInstance {}

    @GET
    @Path("/{id}/logs/{delivery}")
    @RolesAllowed(Role.IS_AGENT)
    @Operation(hidden = true)
    public TemplateInstance delivery(
            @PathParam("id") String id,
            @PathParam("delivery") String deliveryId,
            @QueryParam("compare") @DefaultValue("0") String compare,
            @QueryParam("with") @DefaultValue("0") String with) {
        var detail = log.get(caller.workspaceId(), id, deliveryId);
        // A deleted webhook's log stays readable.
        var webhook = QuarkusTransaction.requiringNew()
                .call(() -> Webhook.findEvenDeleted(caller.workspaceId(), id).orElseThrow(ApiException::notFound));
        var comparison = Comparison.of(detail.attempts(), number(compare), number(with));
        int newest = detail.attempts().isEmpty() ? 0 : detail.attempts().get(0).number;
        return new delivery(
                new DeliveryPage(webhook, detail, schedule.maxAttempts(), curl(webhook, detail), clock.instant()),
                comparison.orElse(null),
                comparison.map(found -> found.one().number).orElse(newest - 1),
                comparison.map(found -> found.other().number).orElse(newest));
    }

    private static int number(String text) {
        return text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    }

    /**
     * The cURL command. Only for admins, like the secret: with it, anyone can send the event again on behalf of
     * NexaDesk.
     */
    private @Nullable String curl(Webhook webhook, DeliveryLog.Detail detail) {
        return caller.isAdmin()
                        && !webhook.isDeleted()
                        && detail.gone() == null
                        && !detail.requestBody().isEmpty()
                ? curl.command(webhook, detail)
                : null;
    }
}
