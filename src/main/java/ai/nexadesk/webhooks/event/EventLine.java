package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.event.Publishing.Accepted;
import ai.nexadesk.webhooks.event.Publishing.UnavailableException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Where what was published waits to be stored: while one statement is running, the next requests gather and share the next one.
 * Nothing waits for company, so a lone event is stored at once. The line is bounded; beyond it, publishers are asked to come
 * again.
 */
final class EventLine {

    /** Two, so that one gathers and prepares while the other waits for the disk. */
    private static final int WRITERS = 2;

    private static final int EVENTS_TOGETHER = 256;
    private static final long BYTES_TOGETHER = 4L << 20;
    private static final long BYTES_WAITING = 64L << 20;

    /** An event takes some memory besides its body. */
    private static final int BYTES_BESIDES = 500;

    /** Stores what is submitted and tells each submission what became of it. */
    interface Storing {
        void store(List<Submission> submissions);
    }

    /** The events of one request: all are stored, or none. */
    record Submission(List<NewEvent> events, long bytes, CompletableFuture<List<Accepted>> outcome) {

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

    private final LinkedBlockingQueue<Submission> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final Storing storing;
    private final List<Thread> writers;
    private volatile boolean closed;

    EventLine(Storing storing) {
        this.storing = storing;
        this.writers = Stream.generate(() -> new Thread(this::run, "event-writer"))
                .limit(WRITERS)
                .toList();
    }

    void start() {
        writers.forEach(Thread::start);
    }

    /** Lines events up; never waits. */
    CompletionStage<List<Accepted>> add(List<NewEvent> events) {
        if (closed) {
            return CompletableFuture.failedStage(stopping());
        }
        var submission = Submission.of(events);
        if (bytes.addAndGet(submission.bytes) > BYTES_WAITING && bytes.get() > submission.bytes) {
            bytes.addAndGet(-submission.bytes);
            return CompletableFuture.failedStage(
                    new UnavailableException("Too many events are being published. Publish again in a second.", null));
        }
        waiting.add(submission);
        if (closed && waiting.remove(submission)) {
            // The writers may have ended in this moment.
            submission.fail(stopping());
        }
        return submission.outcome;
    }

    /** Takes nothing more, and stores what is waiting. */
    void close() throws InterruptedException {
        closed = true;
        for (var writer : writers) {
            writer.join();
        }
    }

    private static UnavailableException stopping() {
        return new UnavailableException("This server is shutting down. Publish again to reach another server.", null);
    }

    private void run() {
        try {
            while (!closed || !waiting.isEmpty()) {
                var first = waiting.poll(50, TimeUnit.MILLISECONDS);
                if (first != null) {
                    storing.store(gather(first));
                }
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
            together.add(next);
            bytes.addAndGet(-next.bytes);
            events += next.events.size();
            size += next.bytes;
            if (events >= EVENTS_TOGETHER || size >= BYTES_TOGETHER) {
                break;
            }
        }
        return together;
    }
}
