package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.access.ClientAddress;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.ReturnPath;
import ai.nexadesk.webhooks.access.SessionCookie;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.RejectedCredentials;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.web.Redirect;
import io.quarkus.qute.TemplateInstance;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerRequest;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The sign-in page and signing out. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public class SignIn {

    private static final String WRONG = "Wrong email address or password.";
    static final String TOO_OFTEN = "Too many attempts. Wait 15 minutes, then try again.";

    private final Settings settings;
    private final OpenIdSettings openId;
    private final InstantSource clock;
    private final SessionCookie cookie;
    private final SessionStarter sessions;
    private final SecurityIdentity identity;
    private final HttpServerRequest request;
    private final ClientAddress client;
    private final KnownBrowser browser;
    private final RejectedCredentials rejected;

    SignIn(
            Settings settings,
            OpenIdSettings openId,
            InstantSource clock,
            SessionCookie cookie,
            SessionStarter sessions,
            SecurityIdentity identity,
            HttpServerRequest request,
            ClientAddress client,
            KnownBrowser browser,
            RejectedCredentials rejected) {
        this.settings = settings;
        this.openId = openId;
        this.clock = clock;
        this.cookie = cookie;
        this.sessions = sessions;
        this.identity = identity;
        this.request = request;
        this.client = client;
        this.browser = browser;
        this.rejected = rejected;
    }

    /** The form, with errors beside their fields. */
    record login(
            ReturnPath next,
            String email,
            @Nullable String emailError,
            @Nullable String passwordError,
            @Nullable String problem,
            @Nullable DemoSignIn demo,
            @Nullable String provider)
            implements TemplateInstance {}

    /** Shows the form, unless already signed in. */
    @GET
    @Path("login")
    @Operation(hidden = true)
    public Response form(@QueryParam("next") @Nullable String wanted) {
        var next = ReturnPath.of(wanted);
        return identity.isAnonymous()
                ? form(200, next, "", null, null, null)
                : Redirect.to(next.path()).build();
    }

    /** Signs in and redirects to the requested page. */
    @POST
    @Path("login")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response signIn(
            @FormParam("email") @DefaultValue("") String emailTyped,
            @FormParam("password") @DefaultValue("") String password,
            @FormParam("next") @Nullable String wanted) {
        var next = ReturnPath.of(wanted);
        // PostgreSQL does not accept NUL in text.
        var email = emailTyped.strip().replace("\0", "");
        if (email.isEmpty() || password.isEmpty()) {
            return form(
                    422,
                    next,
                    email,
                    email.isEmpty() ? "Enter your email address." : null,
                    password.isEmpty() ? "Enter your password." : null,
                    null);
        }
        var now = clock.instant();
        var ip = client.of(request);
        var person = DatabaseRole.ENTRY.call(() -> Person.findByEmail(email));
        var source = browser.source(person, request);
        var attempt = DatabaseRole.ENTRY.call(() -> SignInAttempt.begin(email, source, now));
        if (DatabaseRole.ENTRY.call(attempt::isOverLimit)) {
            refused(person, "throttled", "too many attempts", ip);
            return form(429, next, email, null, null, TOO_OFTEN);
        }
        if (!Person.isPasswordOf(person, password)) {
            refused(person, "password", "wrong password", ip);
            return form(422, next, email, null, WRONG, null);
        }
        var session = sessions.start(person.get(), request, ip, "");
        DatabaseRole.ENTRY.run(attempt::clear);
        return Redirect.to(next.path())
                .cookie(cookie.with(session), browser.of(person.get()))
                .build();
    }

    private void refused(Optional<Person> person, String reason, String detail, String ip) {
        person.ifPresentOrElse(
                known -> rejected.record(known.workspace.id, known.email, "session.refused", reason, detail, ip),
                () -> rejected.count(reason));
    }

    /** Ends the session on the server and in the browser. */
    @POST
    @Path("logout")
    @Operation(hidden = true)
    public Response signOut() {
        cookie.token(request)
                .ifPresent(token -> DatabaseRole.ENTRY.run(() -> {
                    Session.findLive(token, clock.instant())
                            .ifPresent(session -> audit(session.person, "session.ended", client.of(request)));
                    Session.revoke(token);
                }));
        return Redirect.to("/login").cookie(cookie.removed()).build();
    }

    private void audit(Person person, String action, String ip) {
        new AuditEntry(person.workspace.id, clock.instant(), person.email, action, person.email, "", ip, List.of())
                .persist();
    }

    private Response form(
            int status,
            ReturnPath next,
            String email,
            @Nullable String emailError,
            @Nullable String passwordError,
            @Nullable String problem) {
        var demo = settings.evaluation() ? DemoSignIn.ADMIN : null;
        var provider = openId.issuer().isPresent() ? openId.name() : null;
        var form = new login(next, email, emailError, passwordError, problem, demo, provider);
        return Response.status(status).entity(form).build();
    }
}
