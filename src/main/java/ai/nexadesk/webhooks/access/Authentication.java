package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.ApiPath;
import ai.nexadesk.webhooks.api.BearerToken;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;

import java.util.Set;
import jakarta.inject.Singleton;

/**
 * Chooses the authentication by path: API keys for the external API, publisher tokens for the internal one, session cookies for pages.
 * None of them is accepted elsewhere.
 */
@Singleton
final class Authentication implements HttpAuthenticationMechanism {

    /** The challenge of RFC 6750. */
    static final String BEARER = "Bearer";

    private final SessionCookie cookie;
    private final ClientAddress client;

    Authentication(SessionCookie cookie, ClientAddress client) {
        this.cookie = cookie;
        this.client = client;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        var path = request.normalizedPath();
        if (ApiPath.isExternal(path)) {
            var ip = client.of(request.request());
            return BearerToken.of(request)
                    .map(key -> identities
                            .authenticate(new Credential.OfProgram(key, ip))
                            .invoke(program -> restrict(program, request)))
                    .orElseGet(Authentication::nobody);
        }
        if (ApiPath.isInternal(path)) {
            return BearerToken.of(request)
                    .<Uni<SecurityIdentity>>map(token -> identities.authenticate(new Credential.OfPublisher(token)))
                    .orElseGet(Authentication::nobody);
        }
        if (ApiPath.includes(path)) {
            return nobody();
        }
        // An expired session is not an error: public pages remain visible.
        return cookie.token(request.request())
                .map(token -> identities
                        .authenticate(new Credential.OfBrowser(token))
                        .invoke(person -> restrict(person, request))
                        .onFailure(AuthenticationFailedException.class)
                        .recoverWithNull())
                .orElseGet(Authentication::nobody);
    }

    /** Restricts the rest of this request to the rows of its workspace. */
    private static void restrict(SecurityIdentity identity, RoutingContext request) {
        DatabaseRole.in(((Member) identity.getPrincipal()).workspaceId(), request);
    }

    private static Uni<SecurityIdentity> nobody() {
        return Uni.createFrom().nullItem();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return Uni.createFrom().item(new ChallengeData(401, "WWW-Authenticate", BEARER));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of(Credential.OfBrowser.class, Credential.OfProgram.class, Credential.OfPublisher.class);
    }
}
