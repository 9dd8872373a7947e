package ai.nexadesk.webhooks.workspace;

import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerRequest;

import java.time.InstantSource;
import java.util.List;
import jakarta.enterprise.context.RequestScoped;

/**
 * Whoever makes the present request: a person with a session, or a program with an API key. Resources ask it whose data to
 * show and whom to name in the audit log; what the caller may do is checked by {@code @RolesAllowed} before.
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
     * The workspace that everything asked for must belong to.
     *
     * @throws UnauthorizedException if nobody is signed in
     */
    public String workspaceId() {
        return member().workspaceId();
    }

    /**
     * The e-mail address of a person, or the name of an API key.
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

    /** The address that the request comes from; behind trusted proxies, the one that they tell. */
    public String ip() {
        return client.of(request);
    }

    /**
     * Notes in the audit log, in the present transaction, what this caller did.
     *
     * @param action what was done, such as {@code webhook.created}
     * @param subject what it was done to, such as the id of a webhook
     * @param detail what else is worth knowing, in words; never a secret
     * @throws UnauthorizedException if nobody is signed in
     */
    public void audit(String action, String subject, String detail) {
        audit(action, subject, detail, List.of());
    }

    /**
     * Notes in the audit log, in the present transaction, what this caller did, and what it was before and is now.
     *
     * @throws UnauthorizedException if nobody is signed in
     */
    public void audit(String action, String subject, String detail, List<Change> changes) {
        var member = member();
        new AuditEntry(
                        member.workspaceId(),
                        clock.instant(),
                        member.auditName(),
                        action,
                        subject,
                        detail,
                        ip(),
                        changes)
                .persist();
    }

    private Member member() {
        if (identity.getPrincipal() instanceof Member member) {
            return member;
        }
        throw new UnauthorizedException();
    }
}
