package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.queue.AttemptStore;
import ai.nexadesk.webhooks.tracing.WatchedTask;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes results to the database in batches: results that arrive while a statement runs, and for a short time after it,
 * share the next one. If the database does not respond, results wait here. If the process dies meanwhile, the leases of
 * the deliveries expire and the deliveries are repeated.
 */
final class AttemptRecorder {

    private static final Logger LOG = Logger.getLogger(AttemptRecorder.class);
    private static final int BATCH = 500;
    private static final long BATCH_BYTES = 8L << 20;

    /** Each waiting result holds a response in memory. Above this number, no attempt may begin. */
    private static final int MAX_RESULTS = 5_000;

    private static final long MAX_BYTES = 64L << 20;

    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /**
     * The time from the start of one statement to that of the next. Fewer statements make each result cheaper. While
     * many results arrive, the pause doubles, up to the maximum.
     */
    private static final long SHORTEST_PACE_NANOS = 10_000_000;

    private static final long LONGEST_PACE_NANOS = 80_000_000;

    /** A batch of this size is written immediately. */
    private static final int FULL_BATCH = 100;

    /** SQL state classes for invalid data, which would fail again. All other errors are temporary. */
    private static final Set<String> ABOUT_DATA = Set.of("21", "22", "23");

    /** Called in the recorder's thread when the fate of a result is known. */
    interface Listener {

        /** The result is durable. */
        void recorded(AttemptResult result);

        /** These webhooks have deliveries that waited for a result and are now ready. */
        void ready(Set<String> webhooks);

        /** The database rejects the result permanently. */
        void refused(AttemptResult result);
    }

    private final LinkedBlockingQueue<AttemptResult> queue = new LinkedBlockingQueue<>();

    /** Includes those being written. */
    private final AtomicInteger results = new AtomicInteger();

    private final AtomicLong bytes = new AtomicLong();
    private final AttemptStore store;
    private final Listener listener;
    private final WatchedTask watched = new WatchedTask("recorder");
    private final Thread thread;
    private volatile boolean writeSoon;

    /** Set before the thread looks for results, so that whoever adds one after that sees it. */
    private volatile boolean idle;

    private volatile boolean closing;

    /** When the batch being written was gathered, in nanoseconds; 0 if there is none. */
    private volatile long writingSince;

    AttemptRecorder(AttemptStore store, Listener listener) {
        this.store = store;
        this.listener = listener;
        this.thread = watched.thread(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Queues a result without blocking.
     *
     * @param soon whether somebody is waiting for it
     */
    void add(AttemptResult result, boolean soon) {
        int waiting = results.incrementAndGet();
        bytes.addAndGet(result.bytes());
        queue.add(result);
        if (soon) {
            writeSoon = true;
        }
        if (soon || idle || waiting == FULL_BATCH) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether no more results may be added. */
    boolean isFull() {
        return results.get() > MAX_RESULTS || bytes.get() > MAX_BYTES;
    }

    /** The number of results waiting to be written. */
    int backlog() {
        return results.get();
    }

    /** How long the database has failed to accept the batch being written. */
    Duration age() {
        long since = writingSince;
        return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /** Writes the remaining results, for at most this long. */
    void close(long millis) throws InterruptedException {
        closing = true;
        LockSupport.unpark(thread);
        thread.join(millis);
        if (thread.isAlive()) {
            LOG.warnf(
                    "%d results were not recorded before shutdown; their attempts will be recorded as interrupted",
                    backlog());
            thread.interrupt();
        }
    }

    private void run() {
        try {
            long last = System.nanoTime();
            long pace = SHORTEST_PACE_NANOS;
            while (awaitResult()) {
                awaitMore(last, pace);
                last = System.nanoTime();
                writeSoon = false;
                var batch = gather();
                pace = batch.size() == 1 ? SHORTEST_PACE_NANOS : Math.min(LONGEST_PACE_NANOS, pace * 2);
                writingSince = last;
                write(batch);
                writingSince = 0;
                results.addAndGet(-batch.size());
                bytes.addAndGet(-bytesOf(batch));
                watched.idle();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there is a result; false after the recorder is closed. */
    private boolean awaitResult() throws InterruptedException {
        idle = true;
        while (queue.isEmpty() && !closing) {
            sleepNanos(Long.MAX_VALUE);
        }
        idle = false;
        return !queue.isEmpty();
    }

    private void awaitMore(long last, long pace) throws InterruptedException {
        while (!closing) {
            boolean enough = writeSoon || queue.size() >= FULL_BATCH;
            long left = last + (enough ? SHORTEST_PACE_NANOS : pace) - System.nanoTime();
            if (left <= 0) {
                return;
            }
            sleepNanos(left);
        }
    }

    private static void sleepNanos(long nanos) throws InterruptedException {
        LockSupport.parkNanos(nanos);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private List<AttemptResult> gather() {
        var batch = new ArrayList<AttemptResult>();
        long size = 0;
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            batch.add(next);
            size += next.bytes();
            if (batch.size() >= BATCH || size >= BATCH_BYTES) {
                break;
            }
        }
        return batch;
    }

    private static long bytesOf(List<AttemptResult> batch) {
        return batch.stream().mapToLong(AttemptResult::bytes).sum();
    }

    private void write(List<AttemptResult> batch) throws InterruptedException {
        long pause = 100;
        while (true) {
            watched.heartbeat();
            try {
                var ready = store.finish(batch);
                tell(batch, listener::recorded);
                announce(ready);
                return;
            } catch (SQLException | RuntimeException e) {
                if (isAboutData(e)) {
                    writeOneByOne(batch, e);
                    return;
                }
                LOG.warnf("Results could not be recorded and will be retried: %s", e.getMessage());
                Thread.sleep(pause);
                pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            }
        }
    }

    private static boolean isAboutData(Exception e) {
        return !(e instanceof SQLException refusal)
                || refusal.getSQLState() != null
                        && ABOUT_DATA.contains(refusal.getSQLState().substring(0, 2));
    }

    /** Calls the listener. A failing one must not end this thread, which records all results. */
    private static void tell(List<AttemptResult> batch, Consumer<AttemptResult> news) {
        for (var result : batch) {
            try {
                news.accept(result);
            } catch (RuntimeException e) {
                var lease = result.lease();
                lease.logIds()
                        .around(() -> LOG.errorf(
                                e, "Delivery %s was recorded, but a follow-up action failed", lease.deliveryId()));
            }
        }
    }

    private void announce(Set<String> ready) {
        try {
            listener.ready(ready);
        } catch (RuntimeException e) {
            LOG.errorf(e, "Deliveries that became ready will be claimed later");
        }
    }

    /** Writes each result separately, so that an invalid one does not prevent recording the others. */
    private void writeOneByOne(List<AttemptResult> batch, Exception reason) throws InterruptedException {
        if (batch.size() == 1) {
            var lease = batch.get(0).lease();
            lease.logIds()
                    .around(() -> LOG.errorf(
                            reason,
                            "The result of delivery %s could not be recorded; the attempt will be repeated",
                            lease.deliveryId()));
            tell(batch, listener::refused);
            return;
        }
        for (var result : batch) {
            write(List.of(result));
        }
    }
}
