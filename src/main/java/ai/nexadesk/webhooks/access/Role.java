package ai.nexadesk.webhooks.access;

import java.util.Set;
import jakarta.persistence.EnumeratedValue;

/** The role of a person in their workspace, and the role names that resources require. */
public enum Role {
    /** Manages webhooks, keys and secrets, and retries deliveries; includes everything that an agent may do. */
    ADMIN(Role.IS_ADMIN),

    /** Reads the logs, with secrets hidden. */
    AGENT(Role.IS_AGENT);

    /** For {@code @RolesAllowed} on pages for admins only. */
    public static final String IS_ADMIN = "admin";

    /** For {@code @RolesAllowed} on pages for everybody who is signed in. */
    public static final String IS_AGENT = "agent";

    /** For {@code @RolesAllowed} on the publishing endpoint: NexaDesk's own services. */
    public static final String IS_PUBLISHER = "publisher";

    @EnumeratedValue
    final String value;

    Role(String value) {
        this.value = value;
    }

    /** The names of this role and of the roles that it implies. */
    public Set<String> names() {
        return this == ADMIN ? Set.of(IS_ADMIN, IS_AGENT) : Set.of(IS_AGENT);
    }
}
