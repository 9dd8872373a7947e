package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.api.Sort;
import ai.nexadesk.webhooks.api.Success;
import io.quarkus.vertx.http.Compressed;
import io.smallrye.common.annotation.Blocking;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/**
 * Lists and revokes API keys in the REST API. A key cannot create or change keys, because a stolen one could then survive its revocation.
 */
@Path(ApiPath.EXTERNAL + "/api-keys")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@RolesAllowed(ApiKey.WRITE)
public class ApiKeyResource {

    private static final Map<String, Comparator<ApiKey>> ORDERS = Map.of("created_at", ApiKey.OLDEST_FIRST);

    private final ApiKeys keys;
    private final InstantSource clock;
    private final Caller caller;

    ApiKeyResource(ApiKeys keys, InstantSource clock, Caller caller) {
        this.keys = keys;
        this.clock = clock;
        this.caller = caller;
    }

    /**
     * A key as shown in the REST API; never the key itself.
     *
     * @param id {@code key_…}
     * @param name its name
     * @param prefix its first characters, by which people recognize it
     * @param scopes {@code read}, {@code write} or both
     * @param allowedIps addresses and networks that it may be used from; empty for any
     * @param status {@code active}, {@code expired} or {@code revoked}
     * @param createdAt when it was created
     * @param lastUsedAt when it was last used, to the minute; null if it never was
     * @param expiresAt when it expires; null for never
     * @param revokedAt when it was revoked; null if it was not
     */
    public record View(
            String id,
            String name,
            String prefix,
            List<String> scopes,
            List<String> allowedIps,
            String status,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt) {}

    /** All keys, including revoked ones, newest first unless sorted. */
    @GET
    @Compressed
    public ListPage<View> list(
            @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
            @QueryParam("cursor") @Nullable Cursor cursor,
            @QueryParam("sort") @Nullable Sort sort) {
        return ListPage.part(
                Sort.apply(sort, keys.all(caller), ORDERS), sort, key -> key.id.toString(), this::view, cursor, limit);
    }

    /** One key. */
    @GET
    @Path("/{id}")
    public Success<View> get(@PathParam("id") String id) {
        return Success.of(view(keys.get(parse(id), caller)));
    }

    /** Revokes a key, which can be the caller's own. */
    @DELETE
    @Path("/{id}")
    public Success<View> revoke(@PathParam("id") String id) {
        return Success.of(view(keys.revoke(parse(id), caller)));
    }

    private static UUID parse(String id) {
        return PublicId.parse(ApiKey.ID_PREFIX, id).orElseThrow(ApiException::notFound);
    }

    private View view(ApiKey key) {
        return new View(
                key.publicId(),
                key.name,
                key.prefix,
                key.scopes,
                key.allowedIps,
                key.status(clock.instant()),
                key.createdAt,
                key.lastUsedAt,
                key.expiresAt,
                key.revokedAt);
    }
}
