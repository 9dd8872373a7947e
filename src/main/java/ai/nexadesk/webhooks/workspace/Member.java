package ai.nexadesk.webhooks.workspace;

import java.security.Principal;

/** A principal that belongs to a workspace. */
record Member(String workspaceId, String name) implements Principal {

    @Override
    public String getName() {
        return name;
    }
}
