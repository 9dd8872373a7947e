package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.web.Badge;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.InvalidForm;
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

    private final ApiKeys keys;
    private final InstantSource clock;
    private final Flash flash;
    private final Caller caller;

    ApiKeyPages(ApiKeys keys, InstantSource clock, Flash flash, Caller caller) {
        this.keys = keys;
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

    /** A key and its status. */
    record Row(ApiKey key, Badge badge) {

        static Row of(ApiKey key, Instant now) {
            var status = key.status(now);
            return new Row(
                    key,
                    switch (status) {
                        case "revoked" -> new Badge("calm", "ban", "Revoked");
                        case "expired" -> new Badge("calm", "clock", "Expired");
                        default -> Badge.of(status);
                    });
        }
    }

    @GET
    @Operation(hidden = true)
    public TemplateInstance list() {
        var now = clock.instant();
        return new list(keys.all(caller).stream().map(key -> Row.of(key, now)).toList());
    }

    @GET
    @Path("/new")
    @Operation(hidden = true)
    public TemplateInstance add() {
        return new form(new ApiKeyForm(), Map.of());
    }

    /** Creates a key and shows it without a redirect, because its plain text is not stored. */
    @POST
    @Path("/new")
    @Uncompressed
    @Operation(hidden = true)
    public Response create(@BeanParam ApiKeyForm input) {
        try {
            var made = keys.create(input.terms(clock.instant()), caller);
            return Response.ok(new created(made.key(), made.plaintext())).build();
        } catch (ApiException e) {
            return InvalidForm.again(new form(input, e.fields()));
        }
    }

    @GET
    @Path("/{id}/revoke")
    @Operation(hidden = true)
    public TemplateInstance askRevoke(@PathParam("id") UUID id) {
        return new revoke(keys.get(id, caller));
    }

    @POST
    @Path("/{id}/revoke")
    @Operation(hidden = true)
    public Response revoke(@PathParam("id") UUID id) {
        return flash.success(PATH, "Revoked " + keys.revoke(id, caller).name + ".");
    }
}
