package ai.nexadesk.webhooks.access;

import java.security.Principal;

/**
 * A principal that belongs to a workspace.
 *
 * @param name the email address of a person, or the name of an API key
 * @param auditName the name in the audit log, which distinguishes a key from a person
 */
public record Member(String workspaceId, String name, String auditName) implements Principal {

    @Override
    public String getName() {
        return name;
    }
}
