package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.webhook.Webhooks;
import ai.nexadesk.webhooks.workspace.ApiKey;
import ai.nexadesk.webhooks.workspace.Caller;
import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** The log, retries and test events, for the customers' programs. */
@Path(ApiPath.EXTERNAL)
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Deliveries")
public class DeliveryResource {

    private static final int ACCEPTED = 202;

    private final Webhooks webhooks;
    private final DeliveryLog log;
    private final Retries retries;
    private final TestEvents testEvents;
    private final Caller caller;

    DeliveryResource(Webhooks webhooks, DeliveryLog log, Retries retries, TestEvents testEvents, Caller caller) {
        this.webhooks = webhooks;
        this.log = log;
        this.retries = retries;
        this.testEvents = testEvents;
        this.caller = caller;
    }

    /** The filters of a log; they combine. */
    public static class Filters {
        @QueryParam("status")
        @Nullable
        String status;

        @QueryParam("event")
        @Nullable
        String event;

        @QueryParam("status_code")
        @Nullable
        String statusCode;

        @QueryParam("since")
        @Nullable
        String since;

        @QueryParam("until")
        @Nullable
        String until;

        @QueryParam("q")
        @Nullable
        String q;

        LogFilter of(@Nullable String webhookId) {
            return LogFilter.parse(webhookId, status, event, statusCode, since, until, q);
        }
    }

    /**
     * What to send as a test.
     *
     * @param event an event type of the catalogue
     * @param data the resource; the catalogue's example if not given
     */
    public record Test(@Nullable String event, @Nullable JsonNode data) {}

    @GET
    @Path("/deliveries")
    @RolesAllowed(ApiKey.READ)
    @Operation(operationId = "listDeliveries", summary = "The log of all webhooks, newest first")
    public Page<DeliveryView> all(
            @BeanParam Filters filters,
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor) {
        return page(filters.of(null), limit, cursor);
    }

    @GET
    @Path("/webhooks/{id}/deliveries")
    @RolesAllowed(ApiKey.READ)
    @Operation(operationId = "listWebhookDeliveries", summary = "The log of a webhook, newest first")
    public Page<DeliveryView> ofWebhook(
            @PathParam("id") String id,
            @BeanParam Filters filters,
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor) {
        webhooks.get(id, caller);
        return page(filters.of(id), limit, cursor);
    }

    @GET
    @Path("/webhooks/{id}/deliveries/{delivery}")
    @RolesAllowed(ApiKey.READ)
    @Operation(operationId = "getDelivery", summary = "A delivery with its request and every attempt")
    public Success<DeliveryView.Full> get(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        return Success.of(DeliveryView.Full.of(find(id, delivery)));
    }

    @POST
    @Path("/webhooks/{id}/deliveries/{delivery}/retry")
    @RolesAllowed(ApiKey.WRITE)
    @ResponseStatus(ACCEPTED)
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "retryDelivery", summary = "Retry a delivery now")
    public Success<Map<String, String>> retry(@PathParam("id") String id, @PathParam("delivery") String delivery) {
        find(id, delivery);
        retries.retry(delivery, caller);
        return Success.of(Map.of("id", delivery));
    }

    @POST
    @Path("/webhooks/{id}/test")
    @RolesAllowed(ApiKey.WRITE)
    @ResponseStatus(ACCEPTED)
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(operationId = "testWebhook", summary = "Send a sample event to this webhook only")
    public Success<Map<String, String>> test(@PathParam("id") String id, @Nullable Test test) {
        var data = test == null || test.data() == null || test.data().isNull()
                ? null
                : test.data().toString();
        return Success.of(Map.of("delivery_id", testEvents.send(id, test == null ? null : test.event(), data, caller)));
    }

    private DeliveryLog.Detail find(String webhookId, String deliveryId) {
        return log.find(caller.workspaceId(), deliveryId)
                .filter(detail -> detail.entry().delivery().webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
    }

    private Page<DeliveryView> page(LogFilter filter, Limit limit, @Nullable Cursor cursor) {
        var part = log.read(caller.workspaceId(), filter, cursor == null ? null : cursor.uuid(0), limit.value());
        return Page.of(
                part.entries().stream().map(DeliveryView::of).toList(),
                part.next() == null ? null : Cursor.after(part.next()),
                part.total(),
                limit);
    }
}
