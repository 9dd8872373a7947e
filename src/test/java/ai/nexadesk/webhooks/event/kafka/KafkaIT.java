package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver.Request;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

import static ai.nexadesk.webhooks.event.kafka.KafkaTestSetup.PATIENCE;
import static ai.nexadesk.webhooks.event.kafka.KafkaTestSetup.TOPIC;
import static ai.nexadesk.webhooks.event.kafka.KafkaTestSetup.event;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Events from Kafka")
class KafkaIT {

    /** Longer than Kafka waits between two requests for records. */
    private static final Duration LONGER_THAN_KAFKA_WAITS = Duration.ofSeconds(11);

    private static KafkaTestSetup scene;

    /** The IDs of the events of former tests. */
    private Set<String> former;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        scene = KafkaTestSetup.open(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        scene.close();
    }

    @BeforeEach
    void remember() {
        former = scene.received();
    }

    /** Waits until nothing is left to do. */
    @AfterEach
    void finish() throws Exception {
        scene.awaitCommitted();
        int stored = stored();
        Await.until("all events", PATIENCE, scene::received, ids -> ids.size() == stored);
        scene.awaitOneMember();
    }

    @Test
    @DisplayName("are delivered, and invalid ones become dead letters with a reason")
    void delivered() throws Exception {
        double lettersBefore = letters();
        var unknown = event("delivered-three").replace(PackagedApplication.WORKSPACE, "ws_none00000000");
        scene.send(event("delivered-one"), "no JSON", event("delivered-two"), unknown);
        scene.send(withoutId(event("delivered-four")));
        Await.until("three events", PATIENCE, this::received, ids -> ids.size() == 3);
        assertThat(received()).contains("delivered-one", "delivered-two").anyMatch(id -> id.startsWith("evt_"));

        scene.awaitCommitted();
        var letters = scene.deadLetters("no JSON", unknown);
        assertThat(letters() - lettersBefore).isEqualTo(2);
        assertThat(letters)
                .extracting(letter -> header(letter, "dead-letter-code"))
                .containsExactlyInAnyOrder("malformed_json", "unknown_workspace");
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.key()).isEqualTo(PackagedApplication.WORKSPACE);
            assertThat(header(letter, "dead-letter-reason")).startsWith("$");
            assertThat(header(letter, "dead-letter-topic")).isEqualTo(TOPIC);
        });
        assertThat(letters).anyMatch(letter -> letter.value().equals("no JSON"));
        inOrder();
    }

    /**
     * The events of one record arrive in one order from two partitions. It keeps the order of each partition and the
     * members that the publisher set.
     */
    private void inOrder() throws Exception {
        scene.createWebhook("/ordered", """
                "events":["lead.updated"],"ordered":true,
                "conditions":{"match":"all","rules":[{"field":"previous.stage","operator":"is","value":"new"}]}""");
        scene.send(IntStream.range(0, 40).mapToObj(KafkaIT::update).toArray(String[]::new));
        Predicate<Request> isUpdate =
                request -> request.header("x-nexadesk-event").equals("lead.updated");
        var arrived = Await.until(
                "thirty updates",
                PATIENCE,
                () -> scene.arrived().stream().filter(isUpdate).toList(),
                requests -> requests.size() == 30);
        assertThat(arrived).allSatisfy(request -> {
            assertThat(request.header("x-nexadesk-record")).isEqualTo("deal:7");
            assertThat(request.header("x-nexadesk-changed")).isEqualTo("stage,owner");
            assertThat(request.header("x-nexadesk-actor")).isEqualTo("person:p1");
        });
        assertThat(arrived)
                .extracting(request -> request.header("x-nexadesk-sequence"))
                .isSorted()
                .doesNotHaveDuplicates();
        for (var partition : List.of(0, 1)) {
            assertThat(arrived)
                    .extracting(request -> Integer.parseInt(
                            request.header("x-nexadesk-event-id").substring("update_".length())))
                    .filteredOn(number -> number % 2 == partition)
                    .isSorted();
        }
    }

    /** An update event. One in four does not meet the condition. */
    private static String update(int number) {
        return "{\"id\":\"update_" + number + "\",\"event\":\"lead.updated\",\"workspace_id\":\""
                + PackagedApplication.WORKSPACE + "\",\"record\":\"deal:7\",\"changed\":[\"stage\",\"owner\"],"
                + "\"previous\":{\"stage\":\"" + (number % 4 == 3 ? "won" : "new") + "\"},"
                + "\"actor\":{\"type\":\"person\",\"id\":\"p1\"},\"data\":{\"id\":\"1\"}}";
    }

    @Test
    @DisplayName("survive a kill of the application and of the broker, and are stored once, with or without an ID")
    void killed() throws Exception {
        int events = 4_000;
        int before = stored();
        scene.send(IntStream.range(0, events)
                .mapToObj(i -> i % 4 == 0 ? withoutId(event("killed-" + i)) : event("killed-" + i))
                .toArray(String[]::new));
        Await.until("some events", PATIENCE, this::received, ids -> !ids.isEmpty());
        scene.application().kill();
        scene.broker().kill();
        scene.broker().restart();
        scene.send(event("after-kill"));
        scene.startApplication(scene.broker().address());
        Await.until("all events", PATIENCE, this::received, ids -> ids.size() > events);
        assertThat(received())
                .contains("after-kill")
                .containsAll(IntStream.range(0, events)
                        .filter(i -> i % 4 != 0)
                        .mapToObj(i -> "killed-" + i)
                        .toList());
        scene.awaitCommitted();
        assertThat(stored() - before).isEqualTo(events + 1);
    }

    @Test
    @DisplayName("wait as long as the database rejects them, while the consumer stays healthy and in its group")
    void refused() throws Exception {
        double lettersBefore = letters();
        scene.send(event("before-refusal"));
        Await.until("an event", PATIENCE, this::received, ids -> ids.contains("before-refusal"));
        scene.awaitCommitted();
        long committed = scene.committed();
        var member = scene.members();
        scene.database("alter table event_id add constraint refused check (false) not valid");
        scene.send("no JSON, either", event("refused-one"), event("refused-two"));
        Await.until(
                "a rejection",
                PATIENCE,
                scene.application()::output,
                log -> log.contains("could not be stored and will be retried"));
        // The log reports the other attempts a minute later.
        var end = Instant.now().plus(LONGER_THAN_KAFKA_WAITS);
        Await.until("ten attempts", PATIENCE, Instant::now, end::isBefore);
        scene.send(event("later"));
        assertThat(scene.deadLetters("no JSON, either")).hasSize(1);
        Await.until("the metric", PATIENCE, KafkaIT::letters, letters -> letters == lettersBefore + 1);
        assertThat(scene.committed()).isEqualTo(committed);
        assertThat(scene.members()).isEqualTo(member);
        assertThat(scene.get("/q/health")).contains("\"status\": \"UP\"").doesNotContain("DOWN");
        scene.database("alter table event_id drop constraint refused");
        Await.until("all events", PATIENCE, this::received, ids -> ids.size() == 4);
        scene.awaitCommitted();
        assertThat(scene.members()).isEqualTo(member);
    }

    @Test
    @DisplayName("are committed when the application stops, so that none is read twice")
    void stopped() throws Exception {
        int events = 4_000;
        scene.send(
                IntStream.range(0, events).mapToObj(i -> event("stopped-" + i)).toArray(String[]::new));
        Await.until("some events", PATIENCE, this::received, ids -> !ids.isEmpty());
        scene.application().close();
        scene.startApplication(scene.broker().address());
        scene.awaitCommitted();
        assertThat(scene.get("/q/metrics").lines())
                .filteredOn(line -> line.startsWith("nexadesk_events_total") && line.contains("duplicate"))
                .singleElement()
                .asString()
                .endsWith(" 0.0");
    }

    /** The IDs of the events of this test that have been delivered. */
    private Set<String> received() {
        var ids = new HashSet<>(scene.received());
        ids.removeAll(former);
        return ids;
    }

    /** The number of stored deliveries. */
    private static int stored() throws Exception {
        var log = scene.application().get("/api/v1/external/deliveries?event=lead.created&limit=1");
        return JsonPath.from(log.body()).getInt("pagination.total_count");
    }

    /** The number of dead letters since the application's start. */
    private static double letters() {
        return scene.metric("nexadesk_kafka_dead_letters_total");
    }

    private static String withoutId(String event) {
        return event.replaceFirst("\"id\":\"[a-z0-9-]+\",", "");
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
