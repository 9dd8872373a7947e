package ai.nexadesk.webhooks.outbound.address;

/** A URL that NexaDesk does not send to. The message contains cause and cure. */
public class InvalidUrlException extends Exception {
    private final String code;

    /**
     * @param code for programs, such as {@code url_scheme}
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
