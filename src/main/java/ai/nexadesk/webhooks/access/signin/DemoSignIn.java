package ai.nexadesk.webhooks.access.signin;

/**
 * The account that the sign-in page offers in evaluation mode.
 *
 * @param email the email address
 * @param password not secret, because the evaluation mode is reachable only from the same machine
 */
public record DemoSignIn(String email, String password) {

    /** The admin of the demo workspace. */
    public static final DemoSignIn ADMIN = new DemoSignIn("admin@nexadesk.example", "nexadesk-demo");
}
