package ai.nexadesk.webhooks.event;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The events of one request: all are stored, or none. */
record Submission(List<NewEvent> events, long bytes, CompletableFuture<List<Accepted>> outcome) {

    /** The memory for an event besides its body. */
    private static final int BYTES_BESIDES = 500;

    static Submission of(List<NewEvent> events) {
        long bytes = 0;
        for (var event : events) {
            bytes += event.body().length + BYTES_BESIDES;
        }
        return new Submission(events, bytes, new CompletableFuture<>());
    }

    void succeed(List<Accepted> accepted) {
        outcome.complete(accepted);
    }

    void fail(RuntimeException why) {
        outcome.completeExceptionally(why);
    }
}
