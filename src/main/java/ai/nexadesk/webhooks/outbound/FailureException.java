package ai.nexadesk.webhooks.outbound;

/** Carries a failure through a completion stage; never leaves this package, and needs no stack trace. */
final class FailureException extends RuntimeException {
    private final Failure failure;

    FailureException(Failure failure) {
        super(failure.message(), null, false, false);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
