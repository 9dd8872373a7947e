package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Credential;
import ai.nexadesk.webhooks.access.Member;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;

import java.time.InstantSource;
import jakarta.inject.Singleton;

/** Authenticates people by their session. */
@Singleton
final class SessionIdentityProvider implements IdentityProvider<Credential.OfBrowser> {

    private final InstantSource clock;
    private final SessionSettings settings;

    SessionIdentityProvider(InstantSource clock, SessionSettings settings) {
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public Class<Credential.OfBrowser> getRequestType() {
        return Credential.OfBrowser.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(Credential.OfBrowser browser, AuthenticationRequestContext context) {
        return context.runBlocking(() -> DatabaseRole.ENTRY.call(() -> identity(browser.token)));
    }

    private SecurityIdentity identity(String token) {
        var now = clock.instant();
        var session = Session.findLive(token, now).orElseThrow(AuthenticationFailedException::new);
        session.touch(now, settings.idle());
        var person = session.person;
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new Member(person.workspace.id, person.email, person.email))
                .addRoles(person.role.names())
                .addAttribute("name", person.name)
                .build();
    }
}
