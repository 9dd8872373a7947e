package ai.nexadesk.webhooks.event;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The events of one request: all are stored, or none. */
record Submission(List<NewEvent> events, long bytes, CompletableFuture<List<Accepted>> outcome) {

    private static final String LATE =
            "The database did not store the events in time. Publish them again shortly, with the same IDs.";

    /** The memory for an event in addition to its body. */
    private static final int BYTES_BESIDES = 500;

    static Submission of(List<NewEvent> events) {
        long bytes = 0;
        for (var event : events) {
            bytes += event.body().length + BYTES_BESIDES;
        }
        return new Submission(events, bytes, new CompletableFuture<>());
    }

    /**
     * The outcome, or an {@link UnavailableException} after this time. If storing has begun by then, the events may
     * still be stored.
     */
    CompletionStage<List<Accepted>> within(Duration timeout) {
        return outcome.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> {
            throw failure instanceof TimeoutException
                    ? new UnavailableException(LATE, null)
                    : new CompletionException(failure);
        });
    }

    void succeed(List<Accepted> accepted) {
        outcome.complete(accepted);
    }

    void fail(RuntimeException why) {
        outcome.completeExceptionally(why);
    }
}
