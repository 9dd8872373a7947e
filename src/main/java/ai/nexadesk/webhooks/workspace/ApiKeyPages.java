package ai.nexadesk.webhooks.workspace;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.web.Badge;
import ai.nexadesk.webhooks.web.Flash;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.vertx.http.Uncompressed;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Settings &gt; API Keys: the list, the form, and the page that shows a new key once. */
@Path(ApiKeyPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_ADMIN)
public class ApiKeyPages {

    static final String PATH = "/settings/api-keys";

    private static final int UNPROCESSABLE = 422;

    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    ApiKeyPages(InstantSource clock, Flash flash, Caller caller) {
        this.clock = clock;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "workspace/keys")
    record list(List<Row> rows) implements TemplateInstance {}

    @CheckedTemplate(basePath = "workspace/keys")
    record form(ApiKeyForm input, Map<String, List<String>> errors) implements TemplateInstance {}

    @CheckedTemplate(basePath = "workspace/keys")
    record created(ApiKey key, String plaintext) implements TemplateInstance {}

    @CheckedTemplate(basePath = "workspace/keys")
    record revoke(ApiKey key) implements TemplateInstance {}

    /** A key and whether it works. */
    record Row(ApiKey key, Badge badge) {

        static Row of(ApiKey key, Instant now) {
            if (key.isRevoked()) {
                return new Row(key, new Badge("calm", "ban", "Revoked"));
            }
            return new Row(key, key.isExpired(now) ? new Badge("calm", "clock", "Expired") : Badge.of("active"));
        }
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        var now = clock.instant();
        return new list(inTransaction(() -> ApiKey.listOf(caller.workspaceId())).stream()
                .map(key -> Row.of(key, now))
                .toList());
    }

    @GET
    @Path("/new")
    @Operation(hidden = true)
    public TemplateInstance add() {
        return new form(new ApiKeyForm(), Map.of());
    }

    /** Answers with the key itself instead of a redirect: nothing keeps it until a next request. */
    @POST
    @Path("/new")
    @Uncompressed
    @Operation(hidden = true)
    public Response create(@BeanParam ApiKeyForm input) {
        var now = clock.instant();
        try {
            var terms = input.terms(now);
            var made = inTransaction(() -> {
                var created = ApiKey.create(caller.workspaceId(), terms, now);
                caller.audit("api_key.created", created.key().prefix, describe(created.key()));
                return created;
            });
            return Response.ok(new created(made.key(), made.plaintext())).build();
        } catch (ApiException e) {
            return Response.status(UNPROCESSABLE)
                    .entity(new form(input, e.fields()))
                    .build();
        }
    }

    @GET
    @Path("/{id}/revoke")
    @Operation(hidden = true)
    public TemplateInstance askRevoke(@PathParam("id") UUID id) {
        return new revoke(inTransaction(() -> find(id)));
    }

    @POST
    @Path("/{id}/revoke")
    @Operation(hidden = true)
    public Response revoke(@PathParam("id") UUID id) {
        var name = inTransaction(() -> {
            var key = find(id);
            if (!key.isRevoked()) {
                key.revoke(clock.instant());
                caller.audit("api_key.revoked", key.prefix, key.name);
            }
            return key.name;
        });
        return flash.good(PATH, "Revoked " + name + ".");
    }

    private ApiKey find(UUID id) {
        return ApiKey.findIn(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
    }

    private static String describe(ApiKey key) {
        return key.name + "; " + String.join(" and ", key.scopes)
                + (key.allowedIps.isEmpty() ? "" : "; from " + String.join(", ", key.allowedIps))
                + (key.expiresAt == null ? "" : "; until " + key.expiresAt);
    }

    private static <T> T inTransaction(Supplier<T> work) {
        return QuarkusTransaction.requiringNew().call(work::get);
    }
}
