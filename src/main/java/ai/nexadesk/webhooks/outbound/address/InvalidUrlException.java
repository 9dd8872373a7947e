package ai.nexadesk.webhooks.outbound.address;

/** Thrown for a URL that NexaDesk does not send to. The message contains the cause and the remedy. */
public class InvalidUrlException extends Exception {
    private final String code;

    /**
     * Creates the exception.
     *
     * @param code a stable code for programs, such as {@code url_scheme}
     * @param message a sentence for people
     */
    public InvalidUrlException(String code, String message) {
        super(message);
        this.code = code;
    }

    /** The error code. */
    public String code() {
        return code;
    }
}
