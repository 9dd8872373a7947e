package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.Page;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.workspace.ApiKey;
import ai.nexadesk.webhooks.workspace.Caller;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** Webhooks, for the customers' programs. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Webhooks")
public class WebhookResource {

    private static final int CREATED = 201;
    private static final int DEFAULT_OVERLAP_HOURS = 24;

    private final Webhooks webhooks;
    private final WebhookStats stats;
    private final Caller caller;

    WebhookResource(Webhooks webhooks, WebhookStats stats, Caller caller) {
        this.webhooks = webhooks;
        this.stats = stats;
        this.caller = caller;
    }

    /**
     * A webhook as programs see it; never with its secret.
     *
     * @param id {@code wh_…}
     * @param url where requests go
     * @param events the subscribed types, or only {@code *}
     * @param description free text
     * @param status {@code unverified}, {@code active} or {@code disabled}
     * @param disabledReason why it is disabled; null unless it is
     * @param lastPing how its newest ping ended; null before the first
     * @param stats of the last 24 hours
     * @param createdAt when it was saved first
     * @param updatedAt when it was changed last
     */
    public record View(
            String id,
            String url,
            List<String> events,
            String description,
            String status,
            @Nullable String disabledReason,
            @Nullable LastPing lastPing,
            WebhookStats.Day stats,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * A webhook that was just created.
     *
     * @param webhook the webhook; its {@code last_ping} is the ping's outcome
     * @param secret what requests to it are signed with; shown here once
     */
    public record Created(
            @com.fasterxml.jackson.annotation.JsonUnwrapped View webhook, String secret) {}

    /**
     * The signing secrets.
     *
     * @param secret the current one
     * @param pendingSecret what signs as well during the overlap of a rotation; null without one
     * @param pendingFrom when it becomes the current one; null without one
     */
    public record SecretView(
            String secret,
            @Nullable String pendingSecret,
            @Nullable Instant pendingFrom) {

        static SecretView of(Secrets secrets) {
            var pending = secrets.pending();
            return new SecretView(
                    secrets.current().value(), pending == null ? null : pending.value(), secrets.pendingFrom());
        }
    }

    /**
     * How to rotate.
     *
     * @param overlapHours how long both secrets sign, 0 to 168; 24 if not given
     */
    public record Rotation(@Nullable Integer overlapHours) {}

    @POST
    @RolesAllowed(ApiKey.WRITE)
    @ResponseStatus(CREATED)
    @Operation(operationId = "createWebhook", summary = "Create a webhook and ping it")
    public Success<Created> create(WebhookDraft draft) {
        var webhook = webhooks.create(orEmpty(draft), caller);
        return Success.of(
                new Created(view(webhook), webhooks.secretsOf(webhook).current().value()));
    }

    @GET
    @RolesAllowed(ApiKey.READ)
    @Operation(operationId = "listWebhooks", summary = "List webhooks, oldest first")
    public Page<View> list(
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor) {
        // A workspace has a few dozen webhooks at most, so that reading all of them is one short query.
        var all = webhooks.all(caller);
        int from = 0;
        if (cursor != null) {
            var last = cursor.string(0);
            while (from < all.size() && !all.get(from++).id.equals(last)) {}
        }
        int to = Math.min(all.size(), from + limit.value());
        var part = all.subList(from, to);
        return Page.of(
                part.stream().map(this::view).toList(),
                to < all.size() ? Cursor.after(part.get(part.size() - 1).id) : null,
                all.size(),
                limit);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed(ApiKey.READ)
    @Operation(operationId = "getWebhook", summary = "Read a webhook")
    public Success<View> get(@PathParam("id") String id) {
        return Success.of(view(webhooks.get(id, caller)));
    }

    @PATCH
    @Path("/{id}")
    @RolesAllowed(ApiKey.WRITE)
    @Operation(operationId = "updateWebhook", summary = "Change a webhook; a changed URL is pinged")
    public Success<View> update(@PathParam("id") String id, WebhookDraft draft) {
        return Success.of(view(webhooks.update(id, orEmpty(draft), caller)));
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(ApiKey.WRITE)
    @Operation(operationId = "deleteWebhook", summary = "Delete a webhook and stop its deliveries")
    public Success<Map<String, String>> delete(@PathParam("id") String id) {
        webhooks.delete(id, caller);
        return Success.of(Map.of("id", id));
    }

    @POST
    @Path("/{id}/ping")
    @RolesAllowed(ApiKey.WRITE)
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "pingWebhook", summary = "Ping a webhook now")
    public Success<LastPing> ping(@PathParam("id") String id) {
        return Success.of(Objects.requireNonNull(webhooks.ping(id, caller).lastPing));
    }

    @GET
    @Path("/{id}/secret")
    @RolesAllowed(ApiKey.WRITE)
    @Operation(operationId = "getWebhookSecret", summary = "Read the signing secret; noted in the audit log")
    public Success<SecretView> secret(@PathParam("id") String id) {
        return Success.of(SecretView.of(webhooks.reveal(id, caller)));
    }

    @POST
    @Path("/{id}/secret/rotate")
    @RolesAllowed(ApiKey.WRITE)
    @Consumes(MediaType.WILDCARD)
    @Operation(operationId = "rotateWebhookSecret", summary = "Make a new signing secret")
    public Success<SecretView> rotate(@PathParam("id") String id, @Nullable Rotation rotation) {
        var hours = rotation == null ? null : rotation.overlapHours();
        return Success.of(SecretView.of(webhooks.rotate(id, hours == null ? DEFAULT_OVERLAP_HOURS : hours, caller)));
    }

    private View view(Webhook webhook) {
        return new View(
                webhook.id,
                webhook.url,
                webhook.events,
                webhook.description,
                webhook.status.word(),
                webhook.disabledReason,
                webhook.lastPing,
                stats.ofLastDay(webhook),
                webhook.createdAt,
                webhook.updatedAt);
    }

    private static WebhookDraft orEmpty(@Nullable WebhookDraft draft) {
        return draft == null ? new WebhookDraft(null, null, null, null) : draft;
    }
}
