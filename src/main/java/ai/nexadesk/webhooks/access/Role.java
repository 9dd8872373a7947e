package ai.nexadesk.webhooks.access;

import java.util.Set;
import jakarta.persistence.EnumeratedValue;

/** What a person may do in their workspace, and the names by which resources ask for it. */
public enum Role {
    /** Manages webhooks, keys and secrets, and retries; may do all that an agent may. */
    ADMIN(Role.IS_ADMIN),

    /** Reads the logs, with secrets hidden. */
    AGENT(Role.IS_AGENT);

    /** For {@code @RolesAllowed} on pages that only admins may use. */
    public static final String IS_ADMIN = "admin";

    /** For {@code @RolesAllowed} on pages that everybody who is signed in may use. */
    public static final String IS_AGENT = "agent";

    /** For {@code @RolesAllowed} on the publishing endpoint: the host's own services. */
    public static final String IS_PUBLISHER = "publisher";

    @EnumeratedValue
    final String word;

    Role(String word) {
        this.word = word;
    }

    /** The names of this role and of those that it implies. */
    public Set<String> names() {
        return this == ADMIN ? Set.of(IS_ADMIN, IS_AGENT) : Set.of(IS_AGENT);
    }
}
