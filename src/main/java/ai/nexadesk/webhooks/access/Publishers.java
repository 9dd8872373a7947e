package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.api.Hashes;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;

import java.security.MessageDigest;
import java.util.List;
import jakarta.inject.Singleton;

/** Authenticates NexaDesk's own services by the configured tokens. */
@Singleton
final class Publishers implements IdentityProvider<Credential.OfPublisher> {

    private static final SecurityIdentity PUBLISHER = QuarkusSecurityIdentity.builder()
            .setPrincipal(new QuarkusPrincipal("publisher"))
            .addRole(Role.IS_PUBLISHER)
            .build();

    private final List<byte[]> hashes;

    Publishers(PublisherSettings settings) {
        hashes = settings.tokens().orElseThrow().stream().map(Hashes::sha256).toList();
    }

    @Override
    public Class<Credential.OfPublisher> getRequestType() {
        return Credential.OfPublisher.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(Credential.OfPublisher publisher, AuthenticationRequestContext context) {
        var hash = Hashes.sha256(publisher.token);
        boolean known = false;
        // Compare all of them in constant time, so that the duration reveals nothing.
        for (var accepted : hashes) {
            known |= MessageDigest.isEqual(accepted, hash);
        }
        return known
                ? Uni.createFrom().item(PUBLISHER)
                : Uni.createFrom().failure(new AuthenticationFailedException("Invalid publisher token."));
    }
}
