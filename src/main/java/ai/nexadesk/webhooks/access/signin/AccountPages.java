package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.Role;
import ai.nexadesk.webhooks.access.SessionCookie;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Redirect;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.InstantSource;
import java.util.Map;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The page on which people manage their own password and sessions. */
@Path(AccountPages.PATH)
@Produces(MediaType.TEXT_HTML)
@Blocking
@RolesAllowed(Role.IS_AGENT)
public class AccountPages {

    static final String PATH = "/settings/account";

    private final SessionSettings settings;
    private final InstantSource clock;
    private final SessionCookie cookie;
    private final Flash flash;
    private final Caller caller;

    AccountPages(SessionSettings settings, InstantSource clock, SessionCookie cookie, Flash flash, Caller caller) {
        this.settings = settings;
        this.clock = clock;
        this.cookie = cookie;
        this.flash = flash;
        this.caller = caller;
    }

    @CheckedTemplate(basePath = "workspace")
    record account(String email, long sessions, Map<String, String> errors) implements TemplateInstance {}

    @CheckedTemplate(basePath = "workspace", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    record signOutEverywhere(String email, long sessions) implements TemplateInstance {}

    @GET
    @Operation(hidden = true)
    public TemplateInstance account() {
        return page(Map.of());
    }

    /** Changes the password and ends all other sessions. */
    @POST
    @Path("/password")
    @Operation(hidden = true)
    public Response changePassword(
            @FormParam("current") @DefaultValue("") String current,
            @FormParam("new") @DefaultValue("") String wanted,
            @FormParam("again") @DefaultValue("") String again) {
        var email = caller.name();
        var attempt = DatabaseRole.ENTRY.call(
                () -> SignInAttempt.begin(email, SignInAttempt.BROWSER + caller.ip(), clock.instant()));
        if (DatabaseRole.ENTRY.call(attempt::isOverLimit)) {
            return refuse(429, "current", SignIn.TOO_OFTEN);
        }
        if (!Person.isPasswordOf(QuarkusTransaction.requiringNew().call(() -> Person.findByEmail(email)), current)) {
            return refuse(422, "current", "This is not your current password.");
        }
        DatabaseRole.ENTRY.run(attempt::clear);
        var weakness = Person.problemWith(wanted, email);
        if (weakness != null) {
            return refuse(422, "new", weakness);
        }
        if (!wanted.equals(again)) {
            return refuse(422, "again", "The passwords don't match.");
        }
        var session = QuarkusTransaction.requiringNew().call(() -> {
            var person = person();
            person.changePassword(wanted);
            Session.revokeAll(person);
            AuditEntry.record(caller, "person.password_changed", email, "");
            return Session.start(person, clock.instant(), settings.idle());
        });
        var answer = flash.success(PATH, "Password changed. All other sessions were signed out.");
        return Response.fromResponse(answer).cookie(cookie.with(session)).build();
    }

    @GET
    @Path("/sign-out-everywhere")
    @Operation(hidden = true)
    public TemplateInstance askSignOutEverywhere() {
        return new signOutEverywhere(caller.name(), sessions());
    }

    @POST
    @Path("/sign-out-everywhere")
    @Operation(hidden = true)
    public Response signOutEverywhere() {
        QuarkusTransaction.requiringNew().run(() -> {
            Session.revokeAll(person());
            AuditEntry.record(caller, "session.ended_everywhere", caller.name(), "");
        });
        return Redirect.to("/login").cookie(cookie.removed()).build();
    }

    private Person person() {
        return Person.findByEmail(caller.name()).orElseThrow();
    }

    private Response refuse(int status, String field, String problem) {
        return Response.status(status).entity(page(Map.of(field, problem))).build();
    }

    private account page(Map<String, String> errors) {
        return new account(caller.name(), sessions(), errors);
    }

    private long sessions() {
        return QuarkusTransaction.requiringNew().call(() -> Session.countLive(person(), clock.instant()));
    }
}
