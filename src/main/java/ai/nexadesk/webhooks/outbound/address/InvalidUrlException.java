package ai.nexadesk.webhooks.outbound.address;

/** A URL that we do not send to. The message tells a person the cause and the cure. */
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

    /** What is wrong, for programs. */
    public String code() {
        return code;
    }
}
