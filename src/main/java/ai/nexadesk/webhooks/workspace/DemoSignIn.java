package ai.nexadesk.webhooks.workspace;

/** The admin of the evaluation mode's demo workspace, whom the sign-in page offers there. */
public final class DemoSignIn {

    /** E-mail address. */
    public static final String EMAIL = "demo@nexadesk.example";

    /** Password; no secret, for the evaluation mode listens on this machine only. */
    public static final String PASSWORD = "nexadesk-demo";

    private DemoSignIn() {}
}
