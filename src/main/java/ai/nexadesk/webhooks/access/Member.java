package ai.nexadesk.webhooks.access;

import java.security.Principal;

/**
 * A principal that belongs to a workspace.
 *
 * @param name an e-mail address, or what people called an API key
 * @param auditName the name in the audit log, in which a key cannot impersonate a person
 */
public record Member(String workspaceId, String name, String auditName) implements Principal {

    @Override
    public String getName() {
        return name;
    }
}
