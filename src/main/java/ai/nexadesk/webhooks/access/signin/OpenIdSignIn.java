package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.ClientAddress;
import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.ReturnPath;
import ai.nexadesk.webhooks.access.SessionCookie;
import ai.nexadesk.webhooks.access.audit.RejectedCredentials;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.web.Flash;
import ai.nexadesk.webhooks.web.Redirect;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;

/**
 * Signs in with the configured OpenID Connect provider. The provider only identifies a person, who must already exist
 * and then gets a normal session.
 */
@Path("/login/openid")
@Blocking
public class OpenIdSignIn {

    private static final Logger LOG = Logger.getLogger(OpenIdSignIn.class);
    private static final Duration USED_KEPT = Duration.ofHours(1);
    private static final String AGAIN = "The sign-in could not be verified. Try again.";

    private final OpenIdProvider provider;
    private final SessionCookie cookie;
    private final SessionStarter sessions;
    private final InstantSource clock;
    private final HttpServerRequest request;
    private final ClientAddress client;
    private final Flash flash;
    private final KnownBrowser browser;
    private final RejectedCredentials rejected;

    OpenIdSignIn(
            OpenIdProvider provider,
            SessionCookie cookie,
            SessionStarter sessions,
            InstantSource clock,
            HttpServerRequest request,
            ClientAddress client,
            Flash flash,
            KnownBrowser browser,
            RejectedCredentials rejected) {
        this.provider = provider;
        this.cookie = cookie;
        this.sessions = sessions;
        this.clock = clock;
        this.request = request;
        this.client = client;
        this.flash = flash;
        this.browser = browser;
        this.rejected = rejected;
    }

    /** Redirects to the provider. */
    @GET
    @Operation(hidden = true)
    public Response begin(@QueryParam("next") @Nullable String wanted) {
        checkConfigured();
        var attempt = OpenIdAttempt.begin(ReturnPath.of(wanted), clock.instant());
        try {
            return Redirect.to(provider.authorization(attempt).toString())
                    .cookie(cookie.ofOpenId(attempt.cookie()))
                    .build();
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    /** Handles the provider's redirect. */
    @GET
    @Path("/callback")
    @Operation(hidden = true)
    public Response end(
            @QueryParam("code") @Nullable String code,
            @QueryParam("state") @Nullable String state,
            @QueryParam("iss") @Nullable String issuer) {
        checkConfigured();
        var now = clock.instant();
        var begun = cookie.openId(request)
                .flatMap(OpenIdAttempt::of)
                .filter(attempt -> state != null && attempt.isAnsweredBy(state, now));
        if (code == null || begun.isEmpty() || issuer != null && !issuer.equals(provider.issuer())) {
            return refuse(AGAIN);
        }
        var counted = DatabaseRole.ENTRY.call(
                () -> SignInAttempt.beginWithoutAccount("openid", client.networkOf(request), now));
        if (DatabaseRole.ENTRY.call(counted::isOverLimit)) {
            rejected.count("throttled");
            return refuse(SignIn.TOO_OFTEN);
        }
        if (!DatabaseRole.ENTRY.call(() -> isFirst(begun.get().state(), now))) {
            return refuse(AGAIN);
        }
        try {
            var token = provider.idToken(code, begun.get());
            var email = IdTokens.email(token, provider.keys(), provider, begun.get(), clock.instant());
            return DatabaseRole.ENTRY
                    .call(() -> Person.findByEmail(email))
                    .map(person -> welcome(person, counted, begun.get().next()))
                    .orElseGet(() ->
                            refuse("No account has the email address " + email + ". Ask an admin of your workspace."));
        } catch (IdTokens.UntrustedException e) {
            rejected.count("openid");
            LOG.warnf("An OpenID Connect sign-in was rejected: %s", e.getMessage());
            return refuse(AGAIN);
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private Response welcome(Person person, SignInAttempt counted, ReturnPath next) {
        var session = sessions.start(person, request, client.of(request), "OpenID Connect");
        DatabaseRole.ENTRY.run(counted::clear);
        return Redirect.to(next.path())
                .cookie(cookie.with(session), cookie.ofOpenId(""), browser.of(person))
                .build();
    }

    private static boolean isFirst(String state, Instant now) {
        var entities = Session.getEntityManager();
        entities.createNativeQuery("delete from openid_used where at < ?1")
                .setParameter(1, now.minus(USED_KEPT))
                .executeUpdate();
        return entities.createNativeQuery(
                                "insert into openid_used (state_hash, at) values (?1, ?2) on conflict do nothing")
                        .setParameter(1, Hashes.sha256(state))
                        .setParameter(2, now)
                        .executeUpdate()
                == 1;
    }

    private void checkConfigured() {
        if (!provider.isConfigured()) {
            throw ApiException.notFound();
        }
    }

    private Response unavailable(IOException e) {
        LOG.warnf("The OpenID Connect provider is unavailable: %s", e.getMessage());
        return refuse("The provider is unavailable. Try again later, or sign in with a password.");
    }

    private Response refuse(String why) {
        return Response.fromResponse(flash.error("/login", why))
                .cookie(cookie.ofOpenId(""))
                .build();
    }
}
