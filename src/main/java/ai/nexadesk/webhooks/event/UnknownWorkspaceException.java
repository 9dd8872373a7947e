package ai.nexadesk.webhooks.event;

/** An event names a workspace that does not exist. */
public final class UnknownWorkspaceException extends RuntimeException {

    /** The error code that publishers see. */
    public static final String CODE = "unknown_workspace";

    private final int index;

    UnknownWorkspaceException(int index, String workspaceId) {
        super("Unknown workspace \"" + workspaceId + "\".");
        this.index = index;
    }

    /** The event's place in what was published. */
    public int index() {
        return index;
    }
}
