package ai.nexadesk.webhooks.event;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("The publishing queue")
class PublishBatcherTest {

    /** The queue has room for 261 of these long events. */
    private static final NewEvent EVENT = event("x".repeat(250 << 10));

    private static final NewEvent SHORT = event("x");

    private final Queue<NewEvent> kept = new ConcurrentLinkedQueue<>();
    private final CountDownLatch storing = new CountDownLatch(2);
    private final CountDownLatch stored = new CountDownLatch(1);
    private final PublishBatcher line = new PublishBatcher(this::store, 2, null);

    @AfterEach
    void end() throws Exception {
        stored.countDown();
        line.close();
    }

    @Test
    @DisplayName("rejects requests above 64 MiB for a moment, and stores everything that it accepted")
    void limit() throws Exception {
        var taken = new ArrayList<CompletableFuture<List<Accepted>>>();
        line.start();
        // Keep both writers busy. What they have taken no longer waits.
        for (int i = 0; i < 2; i++) {
            taken.add(add(1, SHORT));
            awaitBusy(1 - i);
        }
        for (int i = 0; i < 65; i++) {
            taken.add(add(4, EVENT));
        }
        assertRefused(add(2, EVENT), "Publish again in a second");
        taken.add(add(1, EVENT));

        stored.countDown();
        for (var one : taken) {
            assertThat(one.get(10, TimeUnit.SECONDS)).hasSize(1);
        }
        assertThat(add(2, EVENT).get(10, TimeUnit.SECONDS)).hasSize(1);
    }

    @Test
    @DisplayName("accepts one request above the limit if nothing else is waiting")
    void longOne() throws Exception {
        line.start();
        stored.countDown();
        assertThat(add(270, EVENT).get(10, TimeUnit.SECONDS)).hasSize(1);
    }

    @Test
    @DisplayName("rejects requests during shutdown, and stores those accepted before")
    void stops() throws Exception {
        var taken = new ArrayList<CompletableFuture<List<Accepted>>>();
        line.start();
        // Keep both writers busy, so that the following events wait.
        for (int i = 0; i < 2; i++) {
            taken.add(add(1, SHORT));
            awaitBusy(1 - i);
        }
        taken.add(add(1, SHORT));
        var closing = CompletableFuture.runAsync(this::close);
        var next = add(1, SHORT);
        while (!next.isCompletedExceptionally()) {
            taken.add(next);
            next = add(1, SHORT);
        }
        assertRefused(next, "This server is shutting down");
        stored.countDown();
        closing.get(10, TimeUnit.SECONDS);
        for (var one : taken) {
            assertThat(one.get(10, TimeUnit.SECONDS)).hasSize(1);
        }
        assertRefused(add(1, SHORT), "This server is shutting down");
    }

    @Test
    @DisplayName("tells publishers in time that nothing was stored, and does not store it later")
    void late() throws Exception {
        var impatient = new PublishBatcher(this::store, 2, Duration.ofMillis(200));
        impatient.start();
        for (int i = 0; i < 2; i++) {
            impatient.add(List.of(SHORT));
            awaitBusy(1 - i);
        }
        var late = event("late");
        assertRefused(impatient.add(List.of(late)).toCompletableFuture(), "did not store the events in time");
        stored.countDown();
        impatient.close();
        assertThat(kept).doesNotContain(late);
    }

    private void store(List<Submission> submissions) {
        submissions.forEach(submission -> kept.addAll(submission.events()));
        storing.countDown();
        try {
            stored.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        submissions.forEach(submission -> submission.succeed(
                List.of(new Accepted(submission.events().get(0).id(), false, false))));
    }

    private void awaitBusy(int free) throws InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (storing.getCount() > free && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(storing.getCount()).isEqualTo(free);
    }

    private static NewEvent event(String text) {
        return EventParser.newEvent("lead.created", Instant.now(), "ws", "{\"text\":\"" + text + "\"}");
    }

    private CompletableFuture<List<Accepted>> add(int count, NewEvent event) {
        return line.add(Collections.nCopies(count, event)).toCompletableFuture();
    }

    private void close() {
        try {
            line.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertRefused(CompletableFuture<List<Accepted>> refused, String why) {
        assertThatThrownBy(() -> refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(UnavailableException.class)
                .hasMessageContaining(why);
    }
}
