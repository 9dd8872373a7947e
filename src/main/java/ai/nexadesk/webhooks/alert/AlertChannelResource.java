package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.api.Success;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
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

/** Alert channels in the REST API. As on the pages, they are hidden from read-only callers. */
@Path(ApiPath.EXTERNAL + "/alert-channels")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Blocking
@RolesAllowed(ApiKey.WRITE)
public class AlertChannelResource {

    private final AlertChannels channels;
    private final ChannelSecrets secrets;
    private final Caller caller;

    AlertChannelResource(AlertChannels channels, ChannelSecrets secrets, Caller caller) {
        this.channels = channels;
        this.secrets = secrets;
        this.caller = caller;
    }

    /**
     * A channel as shown in the REST API; never with its URL or secret.
     *
     * @param id {@code ac_…}
     * @param target the addresses, or the URL with all but its host masked
     * @param lastAlert the outcome of the latest alert or test; null before the first
     */
    public record View(
            String id,
            String kind,
            String name,
            String target,
            @Nullable LastAlert lastAlert,
            Instant createdAt,
            Instant updatedAt) {}

    /** The outcome of an alert or a test. */
    public record LastAlert(Instant at, boolean ok, String message) {}

    /** A channel that was just created. A signed one includes its secret, which is returned only here. */
    public record Created(
            @JsonUnwrapped View channel, @Nullable String secret) {}

    @GET
    @Compressed
    public ListPage<View> list(
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor) {
        return ListPage.part(channels.all(caller), null, AlertChannel::publicId, this::view, cursor, limit);
    }

    @GET
    @Path("/{id}")
    public Success<View> get(@PathParam("id") String id) {
        return Success.of(view(channels.get(parse(id), caller)));
    }

    @POST
    public RestResponse<Success<Created>> create(@Nullable ChannelDraft draft) {
        var made = channels.create(orEmpty(draft), caller);
        var secret = made.secret() == null ? null : made.secret().value();
        return RestResponse.status(RestResponse.Status.CREATED, Success.of(new Created(view(made.channel()), secret)));
    }

    @PATCH
    @Path("/{id}")
    public Success<View> update(@PathParam("id") String id, @Nullable ChannelDraft draft) {
        return Success.of(view(channels.update(parse(id), ApiException.given(draft), caller)));
    }

    @DELETE
    @Path("/{id}")
    public Success<Map<String, String>> delete(@PathParam("id") String id) {
        return Success.of(Map.of("id", channels.delete(parse(id), caller).publicId()));
    }

    @POST
    @Path("/{id}/test")
    @Consumes(MediaType.WILDCARD)
    public Success<View> test(@PathParam("id") String id) {
        return Success.of(view(channels.test(parse(id), caller)));
    }

    private static ChannelDraft orEmpty(@Nullable ChannelDraft draft) {
        return draft == null ? new ChannelDraft(null, null, null, null) : draft;
    }

    private static UUID parse(String id) {
        return PublicId.parse(AlertChannel.PREFIX, id).orElseThrow(ApiException::notFound);
    }

    private View view(AlertChannel channel) {
        var at = channel.lastSentAt;
        return new View(
                channel.publicId(),
                channel.kind().value(),
                channel.name,
                secrets.shown(channel),
                at == null
                        ? null
                        : new LastAlert(
                                at,
                                Boolean.TRUE.equals(channel.lastSentOk),
                                channel.lastSentMessage == null ? "" : channel.lastSentMessage),
                channel.createdAt,
                channel.updatedAt);
    }
}
