package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.Resolver;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import static org.assertj.core.api.Assertions.assertThat;

/** After a long pause of the process, other replicas may have taken over its deliveries. */
@DisplayName("An attempt whose process was paused until the timeout")
class PausedProcessTest extends WithSender {

    private static final Duration MOST = Duration.ofMillis(1500);

    @Test
    @DisplayName("before it began is not made")
    void beforeItBegan() throws Exception {
        var standstill = new CountDownLatch(1);
        var held = new CountDownLatch(1);
        var first = start(sender, receiver.url("/first")).thenAccept(done -> {
            held.countDown();
            await(standstill);
        });
        assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
        long allowed = System.nanoTime();
        var late = start(sender, receiver.url("/late"));
        awaitTimeoutSince(allowed);
        standstill.countDown();
        first.get(10, TimeUnit.SECONDS);
        var outcome = late.get(10, TimeUnit.SECONDS);
        assertThat(outcome.errorCode()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(outcome.message()).contains("nothing has reached your endpoint");
        assertThat(paths()).containsExactly("/first");
    }

    @Test
    @DisplayName("has only the remaining time if the pause ended before it")
    void hasTheRest() throws Exception {
        receiver.answer(Answer.hang(Duration.ofSeconds(5)));
        var standstill = new CountDownLatch(1);
        var patience = Duration.ofSeconds(2);
        var options = new HttpSender.Options(8, 1, List.of());
        Resolver blocking = host -> {
            await(standstill);
            return CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
        };
        try (var stopped = new HttpSender(vertx, LOOPBACK, blocking, patience, Clock.systemUTC(), options)) {
            start(stopped, receiver.url("/first").replace("127.0.0.1", "receiver.test"));
            long allowed = System.nanoTime();
            var late = start(stopped, receiver.url("/late"));
            Await.until("most of the timeout", SLACK, System::nanoTime, now -> now - allowed > MOST.toNanos());
            standstill.countDown();
            var outcome = late.get(10, TimeUnit.SECONDS);
            assertThat(outcome.errorCode()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(outcome.duration()).isLessThan(patience);
        }
    }

    @Test
    @DisplayName("while resolving the host sends nothing, not even on an open connection")
    void whileResolving() throws Exception {
        var statusCondition = new AtomicBoolean();
        Resolver slow = host -> {
            if (statusCondition.get()) {
                awaitTimeoutSince(System.nanoTime());
            }
            return CompletableFuture.completedFuture(List.of(InetAddress.getLoopbackAddress()));
        };
        try (var stopped = sender(LOOPBACK, slow, HttpSender.Options.DEFAULT)) {
            var url = receiver.url("/").replace("127.0.0.1", "receiver.test");
            assertThat(send(stopped, url + "first").succeeded()).isTrue();
            statusCondition.set(true);
            assertThat(send(stopped, url + "late").errorCode()).isEqualTo(ErrorCode.TIMEOUT);
        }
        assertThat(send("/next").succeeded()).isTrue();
        assertThat(paths()).containsExactly("/first", "/next");
    }

    private List<String> paths() {
        return receiver.requests().stream().map(Receiver.Request::target).toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitTimeoutSince(long nanos) {
        Await.until("the timeout", SLACK, System::nanoTime, now -> now - nanos > TIMEOUT.toNanos());
    }
}
