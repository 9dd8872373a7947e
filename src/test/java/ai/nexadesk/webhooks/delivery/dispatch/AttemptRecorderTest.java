package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.Verdict;
import ai.nexadesk.webhooks.delivery.queue.AttemptStore;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.Timing;
import ai.nexadesk.webhooks.testing.Await;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The recorder")
class AttemptRecorderTest {

    private static final LeasedDelivery LEASE = new LeasedDelivery(
            UUID.randomUUID(),
            "ws_1",
            "wh_1",
            "evt_1",
            "lead.created",
            new byte[0],
            0,
            0,
            Trigger.AUTOMATIC,
            null,
            UUID.randomUUID(),
            true,
            new UUID(0, 0),
            EventContext.NONE,
            null,
            null,
            false);

    private final AtomicInteger recorded = new AtomicInteger();
    private final AtomicInteger statements = new AtomicInteger();
    private volatile CompletableFuture<Boolean> mayTake = CompletableFuture.completedFuture(true);
    private volatile boolean failsAfterwards;
    private final AttemptRecorder recorder = new AttemptRecorder(new Counting(), new AttemptRecorder.Listener() {
        @Override
        public void recorded(AttemptResult result) {
            recorded.incrementAndGet();
        }

        @Override
        public void ready(Set<String> webhooks) {
            if (failsAfterwards) {
                throw new IllegalStateException("The listener has ended");
            }
        }

        @Override
        public void refused(AttemptResult result) {
            throw new AssertionError("A result was rejected");
        }
    });

    /** Counts the statements, and records every result. */
    private final class Counting extends AttemptStore {
        Counting() {
            super(new PGSimpleDataSource());
        }

        @Override
        public Set<String> finish(List<AttemptResult> results) {
            statements.incrementAndGet();
            mayTake.join();
            return Set.of();
        }
    }

    @Test
    @DisplayName("is full with 5,000 results that the database does not accept")
    void many() {
        add(5_000, 0, false);
        assertThat(recorder.isFull()).isFalse();
        add(1, 0, false);
        assertThat(recorder.isFull()).isTrue();
    }

    @Test
    @DisplayName("is full with 64 MB of responses that the database does not accept, even if they are few")
    void longAnswers() {
        add(1_024, 64 * 1024, false);
        assertThat(recorder.isFull()).isFalse();
        add(1, 64 * 1024, false);
        assertThat(recorder.isFull()).isTrue();
    }

    @Test
    @DisplayName("starts no two statements within 10 ms, and batches results that arrive in between")
    void pace() throws InterruptedException {
        long start = System.nanoTime();
        recorder.start();
        for (int i = 1; i <= 2_000; i++) {
            add(1, 0, false);
            while (System.nanoTime() - start < i * 50_000L) {
                Thread.onSpinWait();
            }
        }
        recorder.close(10_000);
        assertThat(recorded).hasValue(2_000);
        assertThat(recorder.backlog()).isZero();
        assertThat(statements)
                .hasValueBetween(
                        1, (int) Duration.ofNanos(System.nanoTime() - start).toMillis() / 10 + 1);
    }

    @Test
    @DisplayName("lets successive results wait for a batch, except those that somebody waits for")
    void company() throws InterruptedException {
        recorder.start();
        int alone = 200;
        long start = System.nanoTime();
        for (int i = 1; i <= alone; i++) {
            add(1, 0, false);
            while (System.nanoTime() - start < i * 3_000_000L) {
                Thread.onSpinWait();
            }
        }
        // One statement every 10 ms would make 60.
        assertThat(statements).hasValueLessThan(30);
        add(1, 0, true);
        Await.until("the last results", Duration.ofMillis(60), recorded::get, all -> all == alone + 1);
        recorder.close(10_000);
    }

    @Test
    @DisplayName("records a result once, even if what follows fails")
    void followUp() throws InterruptedException {
        failsAfterwards = true;
        add(3, 0, true);
        recorder.start();
        recorder.close(10_000);
        assertThat(recorded).hasValue(3);
        assertThat(statements).hasValue(1);
    }

    @Test
    @DisplayName("misses no result that arrives while it becomes idle")
    void asleep() throws InterruptedException {
        recorder.start();
        var counted = new CompletableFuture<Boolean>();
        var goesOn = new CompletableFuture<Boolean>();
        // The recorder reads the headers after it has counted the result and before it queues it.
        var headers = new AbstractList<Header>() {
            @Override
            public Header get(int index) {
                counted.complete(true);
                goesOn.join();
                return new Header("content-length", "0");
            }

            @Override
            public int size() {
                return 1;
            }
        };
        mayTake = new CompletableFuture<>();
        add(1, 0, false);
        Await.until("the first", Duration.ofSeconds(5), statements::get, all -> all == 1);
        var late = new Thread(() -> recorder.add(result(headers, new byte[0]), false));
        late.start();
        counted.join();
        mayTake.complete(true);
        Await.until("the first", Duration.ofSeconds(5), recorder::backlog, left -> left == 1);
        Await.until("the recorder to sleep", Duration.ofSeconds(5), this::isAsleep, Boolean::booleanValue);
        goesOn.complete(true);
        Await.until("the second", Duration.ofSeconds(5), recorded::get, all -> all == 2);
        recorder.close(10_000);
    }

    private boolean isAsleep() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread ->
                        thread.getName().equals("recorder") && thread.getState() == Thread.State.TIMED_WAITING);
    }

    /** Adds results that share one body. The body counts for each of them. */
    private void add(int results, int length, boolean soon) {
        var result = result(List.of(), new byte[length]);
        for (int i = 0; i < results; i++) {
            recorder.add(result, soon);
        }
    }

    private static AttemptResult result(List<Header> headers, byte[] body) {
        var answer = new Outcome.Responded(Instant.EPOCH, Duration.ofMillis(2), Timing.NONE, 200, headers, body, false);
        var verdict = new Verdict(DeliveryStatus.DELIVERED, null, 1, null, null);
        return new AttemptResult(LEASE, "https://hooks.example.com/", List.of(), answer, verdict);
    }
}
