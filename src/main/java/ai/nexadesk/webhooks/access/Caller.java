package ai.nexadesk.webhooks.access;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerRequest;

import java.time.Instant;
import java.time.InstantSource;
import jakarta.enterprise.context.RequestScoped;

/**
 * The caller of the current request: a person with a session, or a program with an API key. Tells resources whose data
 * to show and whom to name in the audit log. {@code @RolesAllowed} has already checked the permissions.
 */
@RequestScoped
public class Caller {

    private final SecurityIdentity identity;
    private final HttpServerRequest request;
    private final ClientAddress client;
    private final InstantSource clock;

    Caller(SecurityIdentity identity, HttpServerRequest request, ClientAddress client, InstantSource clock) {
        this.identity = identity;
        this.request = request;
        this.client = client;
        this.clock = clock;
    }

    /**
     * The workspace that all requested data must belong to.
     *
     * @throws UnauthorizedException if nobody is signed in
     */
    public String workspaceId() {
        return member().workspaceId();
    }

    /**
     * The email address of a person, or the name of an API key.
     *
     * @throws UnauthorizedException if nobody is signed in
     */
    public String name() {
        return member().getName();
    }

    /** Whether this is a person who manages the workspace. */
    public boolean isAdmin() {
        return identity.hasRole(Role.IS_ADMIN);
    }

    /** The client address of the request; behind trusted proxies, the address that they report. */
    public String ip() {
        return client.of(request);
    }

    /**
     * The caller's name in the audit log.
     *
     * @throws UnauthorizedException if nobody is signed in
     */
    public String auditName() {
        return member().auditName();
    }

    /** The current time. */
    public Instant now() {
        return clock.instant();
    }

    private Member member() {
        if (identity.getPrincipal() instanceof Member member) {
            return member;
        }
        throw new UnauthorizedException();
    }
}
