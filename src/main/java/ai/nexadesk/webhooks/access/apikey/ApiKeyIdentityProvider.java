package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.Credential;
import ai.nexadesk.webhooks.access.Member;
import ai.nexadesk.webhooks.access.audit.RejectedCredentials;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import jakarta.inject.Singleton;

/** Authenticates programs by their API key. */
@Singleton
final class ApiKeyIdentityProvider implements IdentityProvider<Credential.OfProgram> {

    private final InstantSource clock;
    private final RejectedCredentials rejected;

    ApiKeyIdentityProvider(InstantSource clock, RejectedCredentials rejected) {
        this.clock = clock;
        this.rejected = rejected;
    }

    @Override
    public Class<Credential.OfProgram> getRequestType() {
        return Credential.OfProgram.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(Credential.OfProgram program, AuthenticationRequestContext context) {
        return KeyFormat.isWellFormed(program.token)
                ? context.runBlocking(() -> identity(program))
                : Uni.createFrom().failure(new AuthenticationFailedException(KeyFormat.problem(program.token)));
    }

    private Optional<ApiKey> find(Credential.OfProgram program, Instant now) {
        var found = ApiKey.findByPlaintext(program.token);
        found.filter(key -> !key.isRevoked() && !key.isExpired(now) && key.isAllowedFrom(program.ip))
                .ifPresent(key -> key.used(now));
        return found;
    }

    private void refused(ApiKey key, String reason, String detail, String ip) {
        rejected.record(key.workspaceId, key.prefix, "api_key.refused", reason, key.name + ": " + detail, ip);
    }

    private SecurityIdentity identity(Credential.OfProgram program) {
        var now = clock.instant();
        var key = DatabaseRole.ENTRY.call(() -> find(program, now)).orElseThrow(() -> {
            rejected.count("key_unknown");
            return new AuthenticationFailedException("Unknown API key.");
        });
        if (key.isRevoked()) {
            refused(key, "key_revoked", "revoked", program.ip);
            throw new AuthenticationFailedException("This API key was revoked.");
        }
        if (key.isExpired(now)) {
            refused(key, "key_expired", "expired", program.ip);
            throw new AuthenticationFailedException("This API key has expired.");
        }
        if (!key.isAllowedFrom(program.ip)) {
            refused(key, "key_address", "address not allowed", program.ip);
            throw ApiException.forbidden("address_not_allowed", "This API key can't be used from " + program.ip + ".");
        }
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new Member(key.workspaceId, key.name, "API key " + key.name + " (" + key.prefix + "…)"))
                .addRoles(Set.copyOf(key.scopes))
                .build();
    }
}
