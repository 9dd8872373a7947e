package ai.nexadesk.webhooks.outbound;

/** Carries a failure through a completion stage. Internal to this package, without a stack trace. */
final class FailureException extends RuntimeException {
    private final ErrorCode code;
    private final String sentence;

    FailureException(ErrorCode code, String sentence) {
        super(sentence, null, false, false);
        this.code = code;
        this.sentence = sentence;
    }

    ErrorCode code() {
        return code;
    }

    String sentence() {
        return sentence;
    }
}
