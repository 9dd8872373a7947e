package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.tracing.WatchedTask;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Batches publishing requests: requests that arrive while a statement runs share the next one. A single event does not
 * wait for others. The queue is bounded; when it is full, publishers are asked to retry.
 */
final class PublishBatcher {

    private static final int EVENTS_TOGETHER = 256;
    private static final long BYTES_TOGETHER = 4L << 20;
    private static final long BYTES_WAITING = 64L << 20;

    /** Stores submissions and completes each one. */
    interface Storing {
        void store(List<Submission> submissions);
    }

    /** Ends a writer; nothing is added after it. */
    private static final Submission END = Submission.of(List.of());

    private final LinkedBlockingQueue<Submission> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Storing storing;
    private final @Nullable Duration timeout;
    private final List<Thread> writers;
    private volatile boolean closed;

    /**
     * Does not store before {@link #start}.
     *
     * @param writers how many statements may run at the same time; with one, everything is stored in the order of
     *     submission
     * @param timeout the maximum time that publishers wait; null for no limit
     */
    PublishBatcher(Storing storing, int writers, @Nullable Duration timeout) {
        this.storing = storing;
        this.timeout = timeout;
        this.writers = Stream.generate(() -> new WatchedTask("event-writer"))
                .limit(writers)
                .map(watched -> watched.thread(() -> run(watched)))
                .toList();
    }

    void start() {
        writers.forEach(Thread::start);
    }

    /** Queues events without blocking. */
    CompletionStage<List<Accepted>> add(List<NewEvent> events) {
        if (closed) {
            return CompletableFuture.failedStage(stopping());
        }
        var submission = Submission.of(events);
        if (bytes.addAndGet(submission.bytes()) > BYTES_WAITING && bytes.get() > submission.bytes()) {
            bytes.addAndGet(-submission.bytes());
            return CompletableFuture.failedStage(
                    new UnavailableException("Too many events are being published. Publish again in a second.", null));
        }
        waiting.add(submission);
        if (closed && waiting.remove(submission)) {
            // The writers may have ended in the meantime.
            submission.fail(stopping());
        }
        return timeout == null ? submission.outcome() : submission.within(timeout);
    }

    /** Rejects new events, and stores those in the queue. */
    void close() throws InterruptedException {
        closed = true;
        writers.forEach(writer -> waiting.add(END));
        for (var writer : writers) {
            writer.join();
        }
    }

    private static UnavailableException stopping() {
        return new UnavailableException("This server is shutting down. Publish again to reach another server.", null);
    }

    private void run(WatchedTask watched) {
        try {
            for (var first = waiting.take(); first != END; first = waiting.take()) {
                watched.heartbeat();
                storing.store(gather(first));
                watched.idle();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Submission> gather(Submission first) {
        var together = new ArrayList<Submission>();
        int events = 0;
        long size = 0;
        for (var next = first; next != null; next = waiting.poll()) {
            if (next == END) {
                waiting.add(END);
                break;
            }
            bytes.addAndGet(-next.bytes());
            if (next.outcome().isDone()) {
                // Its publisher has been told that it is not stored.
                continue;
            }
            together.add(next);
            events += next.events().size();
            size += next.bytes();
            if (events >= EVENTS_TOGETHER || size >= BYTES_TOGETHER) {
                break;
            }
        }
        return together;
    }
}
