package ai.nexadesk.webhooks.access.signin;

/**
 * Whom the sign-in page offers in the evaluation mode.
 *
 * @param email e-mail address
 * @param password no secret, for the evaluation mode is for one's own machine only
 */
public record DemoSignIn(String email, String password) {

    /** The admin of the demo workspace. */
    public static final DemoSignIn ADMIN = new DemoSignIn("admin@nexadesk.example", "nexadesk-demo");
}
