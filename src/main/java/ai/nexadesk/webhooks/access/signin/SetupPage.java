package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.ClientAddress;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.web.Flash;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.InstantSource;
import java.util.Map;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The page for creating the first admin. Returns 404 if no token is configured, or if there is already a person. */
@Path("/setup")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class SetupPage {

    private final FirstAdmin admin;
    private final InstantSource clock;
    private final ClientAddress client;
    private final HttpServerRequest request;
    private final Flash flash;

    SetupPage(FirstAdmin admin, InstantSource clock, ClientAddress client, HttpServerRequest request, Flash flash) {
        this.admin = admin;
        this.clock = clock;
        this.client = client;
        this.request = request;
        this.flash = flash;
    }

    @CheckedTemplate(basePath = "workspace")
    record setup(SetupForm input, Map<String, String> errors) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public TemplateInstance form() {
        checkPossible();
        return new setup(new SetupForm(), Map.of());
    }

    @POST
    @Operation(hidden = true)
    public Response create(@BeanParam SetupForm input) {
        checkPossible();
        var ip = client.of(request);
        var attempt = DatabaseRole.ENTRY.call(
                () -> SignInAttempt.beginWithoutAccount("setup", client.networkOf(request), clock.instant()));
        if (DatabaseRole.ENTRY.call(attempt::isOverLimit)) {
            return refuse(429, input, Map.of("token", "Too many attempts. Wait 15 minutes, then try again."));
        }
        if (!admin.isToken(input.token)) {
            return refuse(422, input, Map.of("token", "The setup token is wrong."));
        }
        DatabaseRole.ENTRY.run(attempt::clear);
        var problems = input.problems();
        if (!problems.isEmpty()) {
            return refuse(422, input, problems);
        }
        if (!admin.create(input, ip)) {
            throw ApiException.notFound();
        }
        return flash.success("/login", "The first admin was created. Sign in.");
    }

    private void checkPossible() {
        if (!admin.isPossible()) {
            throw ApiException.notFound();
        }
    }

    private static Response refuse(int status, SetupForm input, Map<String, String> problems) {
        return Response.status(status).entity(new setup(input, problems)).build();
    }
}
