package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.Credential;
import ai.nexadesk.webhooks.access.Member;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.Acting;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;

import java.time.InstantSource;
import java.util.Set;
import jakarta.inject.Singleton;

/** Recognises the customers' programs by their API key. */
@Singleton
final class ApiKeyIdentityProvider implements IdentityProvider<Credential.OfProgram> {

    private final InstantSource clock;

    ApiKeyIdentityProvider(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Class<Credential.OfProgram> getRequestType() {
        return Credential.OfProgram.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(Credential.OfProgram program, AuthenticationRequestContext context) {
        return KeyFormat.isWellFormed(program.token)
                ? context.runBlocking(() -> Acting.ENTRY.call(() -> identity(program)))
                : Uni.createFrom().failure(new AuthenticationFailedException(KeyFormat.problem(program.token)));
    }

    private SecurityIdentity identity(Credential.OfProgram program) {
        var now = clock.instant();
        var key = ApiKey.findByPlaintext(program.token)
                .orElseThrow(() -> new AuthenticationFailedException("Unknown API key."));
        if (key.isRevoked()) {
            throw new AuthenticationFailedException("This API key was revoked.");
        }
        if (key.isExpired(now)) {
            throw new AuthenticationFailedException("This API key has expired.");
        }
        if (!key.isAllowedFrom(program.ip)) {
            throw ApiException.forbidden("address_not_allowed", "This API key can't be used from " + program.ip + ".");
        }
        key.used(now);
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new Member(key.workspaceId, key.name, "API key " + key.name + " (" + key.prefix + "…)"))
                .addRoles(Set.copyOf(key.scopes))
                .build();
    }
}
