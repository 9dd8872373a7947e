package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Replicas that share a database")
class TwoReplicasIT extends Installation {

    private static final int EVENTS = 150;

    @Test
    @DisplayName("are replaced one after another under load, and every acknowledged event is delivered once")
    void rollingUpgrade() throws Exception {
        var first = start("live");
        execute("live", PackagedApplication.FIRST_ROWS);
        subscribe(first);
        var target = new AtomicReference<>(first);
        var publisher = new Thread(() -> publishUntilInterrupted(target));
        publisher.start();
        awaitAcknowledged(100);
        var second = start("live");
        target.set(second);
        first.close();
        awaitAcknowledged(100);
        try (var third = start("live")) {
            target.set(third);
            second.close();
            awaitAcknowledged(100);
            publisher.interrupt();
            publisher.join();
            Await.until("every event", PATIENCE, this::received, ids -> ids.containsAll(acknowledged));
        }
        assertThat(receiver.requests()).hasSameSizeAs(received());
    }

    @Test
    @DisplayName("keep the pace of a webhook together, even when one is killed and another one starts")
    void pace() throws Exception {
        var answersAfter = Duration.ofMillis(300);
        try (var other = Receiver.start();
                var first = start("live");
                var second = start("live")) {
            execute("live", PackagedApplication.FIRST_ROWS);
            subscribe(first, receiver, ",\"max_per_second\":20");
            other.answer(Answer.status(200).delay(answersAfter));
            subscribe(second, other, ",\"max_in_flight\":4");
            for (int i = 0; i < EVENTS; i++) {
                assertThat(publish(i % 2 == 0 ? first : second, "event-" + i)).isEqualTo(202);
            }
            receiver.await(EVENTS / 3, PATIENCE);
            first.kill();
            try (var third = start("live")) {
                assertThat(publish(third, "event-" + EVENTS)).isEqualTo(202);
                for (var one : List.of(receiver, other)) {
                    Await.until("every event", PATIENCE, () -> received(one), ids -> ids.size() == EVENTS + 1);
                }
            }
            assertThat(Receiver.most(receiver.requests(), Receiver.SECOND_WITHOUT_DELAYS))
                    .isBetween(5, 20);
            assertThat(Receiver.most(other.requests(), answersAfter)).isEqualTo(4);
        }
    }

    @Test
    @DisplayName("killed one after another never let an event of a record overtake an earlier one with ordered "
            + "delivery")
    void ordered() throws Exception {
        String[] quick = {
            "-Dnexadesk.delivery.timeout=2s",
            "-Dnexadesk.delivery.lease=8s",
            "-Dnexadesk.delivery.retry-delays=50ms,50ms,1s,1s,1s"
        };
        var first = start("live", quick);
        execute("live", PackagedApplication.FIRST_ROWS);
        subscribe(first, ",\"ordered\":true");
        var random = new Random(1);
        receiver.answer(socket -> Answer.status(random.nextInt(5) == 0 ? 500 : 200)
                .delay(Duration.ofMillis(random.nextInt(20)))
                .give(socket));
        var second = start("live", quick);
        var toFirst = new AtomicReference<>(first);
        var toSecond = new AtomicReference<>(second);
        var publishers = Stream.of(toFirst, toSecond)
                .map(target -> new Thread(() -> publishUntilInterrupted(target)))
                .toList();
        publishers.forEach(Thread::start);
        awaitAcknowledged(200);
        first.kill();
        try (var third = start("live", quick)) {
            toFirst.set(third);
            awaitAcknowledged(100);
            second.kill();
            toSecond.set(third);
            awaitAcknowledged(100);
            publishers.forEach(Thread::interrupt);
            for (var publisher : publishers) {
                publisher.join();
            }
            receiver.answer(Answer.status(200));
            Await.until("every event", PATIENCE, this::received, ids -> ids.containsAll(acknowledged));
        }
        Map<String, List<String>> sequences = receiver.requests().stream()
                .collect(Collectors.groupingBy(
                        request -> request.header("x-nexadesk-record"),
                        Collectors.mapping(request -> request.header("x-nexadesk-sequence"), Collectors.toList())));
        assertThat(sequences)
                .hasSize(RECORDS)
                .allSatisfy((record, arrived) -> assertThat(arrived).as(record).isSorted());
    }

    @Test
    @DisplayName("use conditions that were saved on another replica a moment before")
    void conditions() throws Exception {
        try (var first = start("live");
                var second = start("live")) {
            execute("live", PackagedApplication.FIRST_ROWS);
            var webhook = subscribe(first);
            var wanted = new HashSet<String>();
            for (int i = 0; i < 20; i++) {
                boolean isWanted = i % 2 == 0;
                var value = isWanted ? "event-" + i : "another";
                var saved = first.patch(
                        "/webhooks/" + webhook,
                        "{\"conditions\":{\"match\":\"all\",\"rules\":[{\"field\":\"name\",\"operator\":\"is\",\"value\":\""
                                + value + "\"}]}}");
                assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
                assertThat(publish(second, "event-" + i)).isEqualTo(202);
                if (isWanted) {
                    wanted.add("event-" + i);
                }
            }
            Await.until("the expected events", PATIENCE, this::received, ids -> ids.containsAll(wanted));
            assertThat(received()).isEqualTo(wanted);
        }
    }

    @Test
    @DisplayName("show every acknowledged event in the feed once and in one order, even when one is killed")
    void feed() throws Exception {
        var first = start("live");
        execute("live", PackagedApplication.FIRST_ROWS);
        try (var second = start("live")) {
            var targets = List.of(new AtomicReference<>(first), new AtomicReference<>(second));
            var publishers = IntStream.range(0, 8)
                    .mapToObj(i -> new Thread(() -> publishUntilInterrupted(targets.get(i % 2))))
                    .toList();
            publishers.forEach(Thread::start);
            var read = new ArrayList<String>();
            @Nullable String place = null;
            for (int i = 0; i < 16; i++) {
                if (i == 8) {
                    first.kill();
                    targets.get(0).set(second);
                }
                awaitAcknowledged(25);
                place = second.feed(place, read, 3);
            }
            publishers.forEach(Thread::interrupt);
            for (var publisher : publishers) {
                publisher.join();
            }
            second.feed(place, read, Integer.MAX_VALUE);
            assertThat(read).doesNotHaveDuplicates().containsAll(acknowledged);
            var again = new ArrayList<String>();
            second.feed(null, again, Integer.MAX_VALUE);
            assertThat(again).isEqualTo(read);
        }
    }
}
