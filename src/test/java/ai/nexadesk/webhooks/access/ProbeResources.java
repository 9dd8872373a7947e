package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.Success;
import ai.nexadesk.webhooks.api.deprecation.DeprecatedCall;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.restassured.response.Response;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import jakarta.annotation.security.RolesAllowed;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;

import static io.restassured.RestAssured.given;

/** Minimal resources that show what the application adds to every resource. */
public final class ProbeResources {

    private ProbeResources() {}

    /** Opens a page for agents with this session, without following redirects. */
    public static Response open(String session) {
        return given().redirects()
                .follow(false)
                .cookie(TestWorkspace.SESSION, session)
                .get("/settings/probe");
    }

    record Told(
            String workspaceId,
            String calledBy,
            boolean isAdmin,
            String ip,
            Instant at,
            @Nullable String nothing) {

        static Told by(Caller caller) {
            return new Told(
                    caller.workspaceId(),
                    caller.name(),
                    caller.isAdmin(),
                    caller.ip(),
                    Instant.parse("2026-03-20T14:00:00Z"),
                    null);
        }
    }

    record Wish(
            @NotBlank String firstName,
            int count,
            @Nullable Boolean enabled,
            @Nullable List<@NotBlank String> tags) {}

    @Path(ApiPath.EXTERNAL + "/probe")
    public static class External {

        private final Caller caller;

        External(Caller caller) {
            this.caller = caller;
        }

        @GET
        @RolesAllowed(ApiKey.READ)
        public Success<Told> read() {
            return Success.of(Told.by(caller));
        }

        @POST
        @RolesAllowed(ApiKey.WRITE)
        @Consumes("application/json")
        @Transactional
        public Success<Wish> write(@NotNull @Valid Wish wish) {
            AuditEntry.record(caller, "probe.written", "probe", wish.firstName());
            return Success.of(wish);
        }

        @DELETE
        @RolesAllowed(ApiKey.WRITE)
        public Success<@Nullable String> delete() {
            return Success.of(null);
        }

        @GET
        @Path("old")
        @RolesAllowed(ApiKey.READ)
        @DeprecatedCall(since = "2027-01-31", until = "2027-08-01")
        public Success<@Nullable String> old(@QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit) {
            return Success.of(null);
        }

        @GET
        @Path("list")
        @RolesAllowed(ApiKey.READ)
        public ListPage<String> list(
                @QueryParam("limit") @DefaultValue(Limit.DEFAULT) Limit limit,
                @QueryParam("cursor") @Nullable Cursor cursor) {
            var start = cursor == null ? "first" : cursor.string(0);
            return ListPage.of(List.of(start), Cursor.after("second"), cursor == null ? 20_000 : 2, limit);
        }

        @GET
        @Path("conflict")
        @RolesAllowed(ApiKey.READ)
        public String conflict() {
            throw ApiException.conflict("already_there", "There is one already.");
        }

        @GET
        @Path("bug")
        @RolesAllowed(ApiKey.READ)
        public String bug() {
            throw new IllegalStateException("jdbc:secret-detail");
        }
    }

    @Path(ApiPath.INTERNAL + "/probe")
    public static class Internal {

        @GET
        @RolesAllowed(Role.IS_PUBLISHER)
        public Success<String> read() {
            return Success.of("published");
        }
    }

    @Path("/settings/probe")
    @Produces("text/html")
    public static class Settings {

        private final Caller caller;

        Settings(Caller caller) {
            this.caller = caller;
        }

        @GET
        @RolesAllowed(Role.IS_AGENT)
        public String read() {
            return "<p>" + caller.name() + " of " + caller.workspaceId();
        }

        @POST
        @RolesAllowed(Role.IS_ADMIN)
        public String write(@FormParam("name") @Nullable String name) {
            return "<p>written " + name;
        }

        @GET
        @Path("bug")
        public String bug() {
            throw new IllegalStateException("jdbc:secret-detail");
        }
    }

    @Path("/inbox/probe")
    public static class Inbox {

        @POST
        public String take(String body) {
            return "took " + body;
        }
    }
}
