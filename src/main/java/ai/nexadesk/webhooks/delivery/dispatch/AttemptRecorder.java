package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.queue.AttemptStore;
import ai.nexadesk.webhooks.tracing.Pulse;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Writes results to the database, many at a time: while one statement runs, and for a short time after it, the next ones gather.
 * While the database does not answer, results wait here and are written when it is back; the leases of their deliveries keep them
 * from being lost if this process dies meanwhile.
 */
final class AttemptRecorder {

    private static final Logger LOG = Logger.getLogger(AttemptRecorder.class);
    private static final int BATCH = 500;
    private static final long BATCH_BYTES = 8L << 20;

    /** What waits here keeps an answer each. With more, no attempt is to begin. */
    private static final int MOST_RESULTS = 5_000;

    private static final long MOST_BYTES = 64L << 20;

    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /**
     * From the beginning of one statement to that of the next: the fewer they are, the less each result costs. While results come in
     * company, the pause doubles up to the longest.
     */
    private static final long SHORTEST_PACE_NANOS = 10_000_000;

    private static final long LONGEST_PACE_NANOS = 80_000_000;

    /** So many results need no more company. */
    private static final int COMPANY = 100;

    /** Classes of SQL states that say that the data are wrong, and would be the next time: everything else passes. */
    private static final Set<String> ABOUT_DATA = Set.of("21", "22", "23");

    /** Told in the recorder's thread what became of a result. */
    interface Listener {

        /** It is durable. */
        void recorded(AttemptResult result);

        /** For these webhooks something is ready that waited for a result. */
        void ready(Set<String> webhooks);

        /** The database will never take it. */
        void refused(AttemptResult result);
    }

    private final LinkedBlockingQueue<AttemptResult> queue = new LinkedBlockingQueue<>();

    /** Also of what is being written. */
    private final AtomicInteger results = new AtomicInteger();

    private final AtomicLong bytes = new AtomicLong();
    private final AttemptStore store;
    private final Listener listener;
    private final Pulse pulse = new Pulse("recorder");
    private final Thread thread;
    private volatile boolean hurry;

    /** Set before the thread looks for results, so that whoever adds one after that sees it. */
    private volatile boolean idle;

    private volatile boolean closing;

    AttemptRecorder(AttemptStore store, Listener listener) {
        this.store = store;
        this.listener = listener;
        this.thread = pulse.thread(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Takes a result to write; never waits.
     *
     * @param soon whether somebody waits until it is written
     */
    void add(AttemptResult result, boolean soon) {
        int waiting = results.incrementAndGet();
        bytes.addAndGet(result.bytes());
        queue.add(result);
        if (soon) {
            hurry = true;
        }
        if (soon || idle || waiting == COMPANY) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether so much waits to be written that no more may come. */
    boolean isFull() {
        return results.get() > MOST_RESULTS || bytes.get() > MOST_BYTES;
    }

    /** How many results wait to be written. */
    int backlog() {
        return results.get();
    }

    /** Writes what is left, for at most this long. */
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
                awaitCompany(last, pace);
                last = System.nanoTime();
                hurry = false;
                var batch = gather();
                pace = batch.size() == 1 ? SHORTEST_PACE_NANOS : Math.min(LONGEST_PACE_NANOS, pace * 2);
                write(batch);
                results.addAndGet(-batch.size());
                bytes.addAndGet(-bytesOf(batch));
                pulse.rests();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there is one; there is none any more when the recorder has been closed. */
    private boolean awaitResult() throws InterruptedException {
        idle = true;
        while (queue.isEmpty() && !closing) {
            park(Long.MAX_VALUE);
        }
        idle = false;
        return !queue.isEmpty();
    }

    private void awaitCompany(long last, long pace) throws InterruptedException {
        while (!closing) {
            boolean enough = hurry || queue.size() >= COMPANY;
            long left = last + (enough ? SHORTEST_PACE_NANOS : pace) - System.nanoTime();
            if (left <= 0) {
                return;
            }
            park(left);
        }
    }

    private static void park(long nanos) throws InterruptedException {
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
            pulse.beats();
            try {
                var ready = store.finish(batch);
                tell(batch, listener::recorded);
                listener.ready(ready);
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

    /** Nothing that fails there may end this thread: no result would ever be recorded again. */
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

    /** One result that the database refuses must not keep the others from being recorded. */
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
