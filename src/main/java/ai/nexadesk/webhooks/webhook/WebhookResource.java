package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Costly;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.api.query.IfMatch;
import ai.nexadesk.webhooks.webhook.condition.Conditions;
import ai.nexadesk.webhooks.webhook.condition.RecentEvents;
import ai.nexadesk.webhooks.webhook.pace.Pace;
import ai.nexadesk.webhooks.webhook.pace.PacedDeliveries;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;

/** Webhooks, in the REST API. */
@Path(ApiPath.EXTERNAL + "/webhooks")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Blocking
public class WebhookResource {

    private static final Set<String> NEVER_NULL =
            Set.of("url", "enabled", "headers", "ordered", "verification_warning_dismissed");

    private final Webhooks webhooks;
    private final WebhookEditor editor;
    private final EndpointVerification verification;
    private final SecretCipher cipher;
    private final WebhookStats stats;
    private final WebhookHealth health;
    private final RecentEvents recent;
    private final PacedDeliveries paced;
    private final Caller caller;
    private final ObjectMapper json;

    WebhookResource(
            Webhooks webhooks,
            WebhookEditor editor,
            EndpointVerification verification,
            SecretCipher cipher,
            WebhookStats stats,
            WebhookHealth health,
            RecentEvents recent,
            PacedDeliveries paced,
            Caller caller,
            ObjectMapper json) {
        this.json = json;
        this.webhooks = webhooks;
        this.editor = editor;
        this.verification = verification;
        this.cipher = cipher;
        this.stats = stats;
        this.health = health;
        this.recent = recent;
        this.paced = paced;
        this.caller = caller;
    }

    /**
     * A webhook as shown in the REST API; never with its secret.
     *
     * @param id {@code wh_…}
     * @param url the endpoint URL
     * @param events the subscribed types and patterns, or only {@code *}
     * @param description free text
     * @param conditions the conditions that events must meet
     * @param ignoreActors API keys whose events it does not receive
     * @param ordered whether deliveries of one record wait for each other
     * @param coalesceSeconds for how many seconds updates of a record are merged; null if they are not
     * @param headers names of the headers that it adds to requests
     * @param droppedHeaders names of headers that this call removed because the URL's host changed
     * @param maxPerSecond maximum requests per second; null if there is no limit
     * @param maxInFlight maximum requests at a time; null if there is no limit
     * @param waitingForPace how many deliveries are due and wait for these limits, up to 10,000
     * @param verifiesSignatures whether its endpoint rejected a ping with wrong signatures; null if unknown
     * @param verificationWarningDismissed whether the warning that it accepts wrong signatures was dismissed
     * @param status {@code unverified}, {@code active} or {@code disabled}
     * @param disabledReason why it is disabled; null if it is not
     * @param lastPing the outcome of its newest ping; null before the first
     * @param health its health, based on its latest attempts
     * @param stats its statistics of the last 24 hours
     * @param createdAt when it was created
     * @param updatedAt when it was last changed
     */
    public record View(
            String id,
            String url,
            List<String> events,
            String description,
            Conditions conditions,
            List<String> ignoreActors,
            boolean ordered,
            @Nullable Integer coalesceSeconds,
            List<String> headers,
            List<String> droppedHeaders,
            @Nullable Integer maxPerSecond,
            @Nullable Integer maxInFlight,
            long waitingForPace,
            @Nullable Boolean verifiesSignatures,
            boolean verificationWarningDismissed,
            String status,
            @Nullable String disabledReason,
            @Nullable LastPing lastPing,
            Health health,
            WebhookStats.Day stats,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * A webhook that was just created.
     *
     * @param webhook the webhook; its {@code last_ping} is the ping's outcome
     * @param secret the secret that signs requests to it; returned only here
     */
    public record Created(@JsonUnwrapped View webhook, String secret) {}

    @POST
    @RolesAllowed(ApiKey.WRITE)
    public RestResponse<Success<Created>> create(WebhookDraft draft) {
        var webhook = editor.create(orEmpty(draft), caller);
        return answer(
                RestResponse.Status.CREATED,
                webhook,
                new Created(view(webhook), cipher.open(webhook.secret, webhook).value()));
    }

    private static <T> RestResponse<Success<T>> answer(RestResponse.Status status, Webhook webhook, T view) {
        return RestResponse.ResponseBuilder.create(status, Success.of(view))
                .header(HttpHeaders.ETAG, IfMatch.header(webhook.tag()))
                .build();
    }

    @GET
    @RolesAllowed(ApiKey.READ)
    @Compressed
    public ListPage<View> list(@BeanParam WebhookQuery query) {
        return query.page(webhooks.all(caller), this::view);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed(ApiKey.READ)
    public RestResponse<Success<View>> get(@PathParam("id") String id) {
        var webhook = webhooks.get(id, caller);
        return answer(RestResponse.Status.OK, webhook, view(webhook));
    }

    @PATCH
    @Path("/{id}")
    @RolesAllowed(ApiKey.WRITE)
    public RestResponse<Success<View>> update(
            @PathParam("id") String id,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @Nullable JsonNode body)
            throws JsonProcessingException {
        var webhook = editor.update(id, change(body), IfMatch.of(ifMatch), caller);
        return answer(RestResponse.Status.OK, webhook, view(webhook));
    }

    /** Parses a change. A null member is not the same as an absent one: it resets an optional setting. */
    private WebhookDraft change(@Nullable JsonNode body) throws JsonProcessingException {
        if (body == null || body.isNull()) {
            throw ApiException.badRequest("malformed_json", "The body must be a JSON object.");
        }
        if (body instanceof ObjectNode members) {
            members.properties().forEach(member -> {
                if (member.getValue().isNull() && NEVER_NULL.contains(member.getKey())) {
                    var message = "Must not be null. Omit it to keep the current value.";
                    throw ApiException.badRequest(
                            "wrong_type",
                            member.getKey() + " must not be null.",
                            Map.of(member.getKey(), List.of(message)));
                }
            });
            for (var limit : List.of(Pace.PER_SECOND, Pace.IN_FLIGHT)) {
                if (members.path(limit).isNull()) {
                    members.put(limit, Pace.NO_LIMIT);
                }
            }
            if (members.path("description").isNull()) {
                members.put("description", "");
            }
            if (members.path("conditions").isNull()) {
                members.putObject("conditions");
            }
            if (members.path("coalesce_seconds").isNull()) {
                members.put("coalesce_seconds", 0);
            }
            if (members.path("ignore_actors").isNull()) {
                members.putArray("ignore_actors");
            }
        }
        return json.treeToValue(body, WebhookDraft.class);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(ApiKey.WRITE)
    public Success<Map<String, String>> delete(
            @PathParam("id") String id, @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        editor.delete(id, IfMatch.of(ifMatch), caller);
        return Success.of(Map.of("id", id));
    }

    /**
     * The filter to try.
     *
     * @param conditions replaces the stored conditions
     * @param ignoreActors replaces the stored API keys
     */
    public record TrialRequest(
            @Nullable Conditions conditions, @Nullable List<String> ignoreActors) {}

    /** Shows which of the newest events the webhook would receive. */
    @POST
    @Costly
    @Path("/{id}/conditions/try")
    @RolesAllowed(ApiKey.WRITE)
    public Success<RecentEvents.FilterTrial> tryConditions(@PathParam("id") String id, @Nullable TrialRequest wanted) {
        var webhook = webhooks.get(id, caller);
        var filter = wanted == null
                ? webhook.filter()
                : editor.checked(webhook.filter(), wanted.conditions, wanted.ignoreActors);
        return Success.of(recent.tryFilter(webhook.workspaceId, webhook.events, filter));
    }

    @POST
    @Path("/{id}/ping")
    @RolesAllowed(ApiKey.WRITE)
    @Consumes(MediaType.WILDCARD)
    public Success<LastPing> ping(@PathParam("id") String id) {
        return Success.of(Objects.requireNonNull(verification.ping(id, caller).lastPing));
    }

    @POST
    @Path("/{id}/verification-test")
    @RolesAllowed(ApiKey.WRITE)
    @Consumes(MediaType.WILDCARD)
    public Success<TestView> testVerification(@PathParam("id") String id) {
        var outcome = verification.testSignatures(id, caller);
        return Success.of(new TestView(outcome.verifies(), outcome.message(), outcome.ping()));
    }

    /** The outcome of a ping with wrong signatures. */
    public record TestView(@Nullable Boolean verifiesSignatures, String message, LastPing ping) {}

    private View view(Webhook webhook) {
        var filter = webhook.filter();
        return new View(
                webhook.id,
                webhook.url,
                webhook.events,
                webhook.description,
                filter.conditions(),
                filter.ignoreActors(),
                webhook.ordered,
                webhook.coalesceSeconds,
                webhook.headerNames,
                webhook.droppedHeaders,
                webhook.pace().perSecond(),
                webhook.pace().inFlight(),
                paced.waiting(webhook.id, webhook.pace()),
                webhook.verifies,
                webhook.verificationWarningDismissed,
                webhook.status.value(),
                webhook.disabledReason,
                webhook.lastPing,
                health.of(webhook.id),
                stats.ofLastDay(webhook),
                webhook.createdAt,
                webhook.updatedAt);
    }

    private static WebhookDraft orEmpty(@Nullable WebhookDraft draft) {
        return draft == null ? new WebhookDraft() : draft;
    }
}
