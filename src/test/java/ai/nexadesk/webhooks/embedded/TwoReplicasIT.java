package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

    @TempDir
    private static Path directory;

    private static EmbeddedPostgres server;

    /** Two replicas on the database "live", which a test may end. */
    private static @Nullable PackagedApplication first;

    private static @Nullable PackagedApplication second;

    @BeforeAll
    static void startServer() throws Exception {
        server = EmbeddedPostgres.start(directory.resolve("external"), Path.of("target/postgresql"), false);
        server.createDatabase("live");
    }

    @AfterAll
    static void stopServer() throws Exception {
        for (var replica : Arrays.asList(first, second)) {
            if (replica != null) {
                replica.close();
            }
        }
        server.close();
    }

    @Override
    @BeforeEach
    void startDatabase() {
        database = server;
    }

    @Override
    @AfterEach
    void stopDatabase() {
        // The next test uses it.
    }

    /** Starts the replicas that do not run, and disables the webhooks of former tests. */
    private void startReplicas() throws Exception {
        boolean isFirstTest = first == null;
        first = running(first);
        if (isFirstTest) {
            execute("live", PackagedApplication.FIRST_ROWS);
        }
        second = running(second);
        for (var webhook : query("select id from webhook")) {
            var disabled = first.patch("/webhooks/" + webhook, "{\"enabled\":false}");
            assertThat(disabled.statusCode()).as(disabled.body()).isEqualTo(200);
        }
    }

    private PackagedApplication running(@Nullable PackagedApplication replica) throws IOException {
        return replica != null && replica.process().isAlive() ? replica : start("live");
    }

    @Test
    @DisplayName("are replaced one after another under load, and every acknowledged event is delivered once")
    void rollingUpgrade() throws Exception {
        startReplicas();
        subscribe(first);
        var target = new AtomicReference<>(first);
        var publisher = new Thread(() -> publishUntilInterrupted(target));
        publisher.start();
        awaitAcknowledged(100);
        target.set(second);
        first.close();
        awaitAcknowledged(100);
        first = start("live");
        target.set(first);
        second.close();
        awaitAcknowledged(100);
        publisher.interrupt();
        publisher.join();
        Await.until("every event", PATIENCE, this::received, ids -> ids.containsAll(acknowledged));
        assertThat(receiver.requests()).hasSameSizeAs(received());
    }

    @Test
    @DisplayName("keep the pace of a webhook together, even when one is killed and another one starts")
    void pace() throws Exception {
        startReplicas();
        var answersAfter = Duration.ofMillis(300);
        try (var other = Receiver.start()) {
            subscribe(first, receiver, ",\"max_per_second\":20");
            other.answer(Answer.status(200).delay(answersAfter));
            subscribe(second, other, ",\"max_in_flight\":4");
            for (int i = 0; i < EVENTS; i++) {
                assertThat(publish(i % 2 == 0 ? first : second, "paced-" + i)).isEqualTo(202);
            }
            receiver.await(EVENTS / 3, PATIENCE);
            first.kill();
            first = start("live");
            assertThat(publish(first, "paced-" + EVENTS)).isEqualTo(202);
            for (var one : List.of(receiver, other)) {
                Await.until("every event", PATIENCE, () -> received(one), ids -> ids.size() == EVENTS + 1);
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
        database.createDatabase("ordered");
        var one = start("ordered", quick);
        execute("ordered", PackagedApplication.FIRST_ROWS);
        subscribe(one, ",\"ordered\":true");
        var random = new Random(1);
        receiver.answer(socket -> Answer.status(random.nextInt(5) == 0 ? 500 : 200)
                .delay(Duration.ofMillis(random.nextInt(20)))
                .give(socket));
        var another = start("ordered", quick);
        var toOne = new AtomicReference<>(one);
        var toAnother = new AtomicReference<>(another);
        var publishers = Stream.of(toOne, toAnother)
                .map(target -> new Thread(() -> publishUntilInterrupted(target)))
                .toList();
        publishers.forEach(Thread::start);
        awaitAcknowledged(200);
        one.kill();
        try (var third = start("ordered", quick)) {
            toOne.set(third);
            awaitAcknowledged(100);
            another.kill();
            toAnother.set(third);
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
        startReplicas();
        var webhook = subscribe(first);
        var wanted = new HashSet<String>();
        for (int i = 0; i < 20; i++) {
            var id = "conditional-" + i;
            boolean isWanted = i % 2 == 0;
            var value = isWanted ? id : "another";
            var saved = first.patch(
                    "/webhooks/" + webhook,
                    "{\"conditions\":{\"match\":\"all\",\"rules\":[{\"field\":\"name\",\"operator\":\"is\",\"value\":\""
                            + value + "\"}]}}");
            assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
            assertThat(publish(second, id)).isEqualTo(202);
            if (isWanted) {
                wanted.add(id);
            }
        }
        Await.until("the expected events", PATIENCE, this::received, ids -> ids.containsAll(wanted));
        assertThat(received()).isEqualTo(wanted);
    }

    @Test
    @DisplayName("show every acknowledged event in the feed once and in one order, even when one is killed")
    void feed() throws Exception {
        startReplicas();
        var targets = List.of(new AtomicReference<>(first), new AtomicReference<>(second));
        var publishers = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> publishUntilInterrupted(targets.get(i % 2))))
                .toList();
        var read = new ArrayList<String>();
        @Nullable String place = second.feed(null, read, Integer.MAX_VALUE);
        publishers.forEach(Thread::start);
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
