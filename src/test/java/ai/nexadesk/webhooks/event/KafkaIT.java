package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.KafkaBroker;
import ai.nexadesk.webhooks.testing.PackagedApplication;
import ai.nexadesk.webhooks.testing.Receiver;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Events from Kafka")
class KafkaIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String TOPIC = "nexadesk-events";
    private static final String DEAD_LETTERS = "nexadesk-events-dead";
    private static final String GROUP = "nexadesk-webhooks";

    @TempDir
    Path directory;

    private KafkaBroker broker;
    private Receiver receiver;
    private PackagedApplication application;

    @BeforeEach
    void start() throws Exception {
        broker = KafkaBroker.start(directory.resolve("kafka"));
        broker.createTopic(TOPIC, 2);
        broker.createTopic(DEAD_LETTERS, 1);
        receiver = Receiver.start();
        application = startApplication();
        var created = application.post(
                "/webhooks", "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"]}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    @AfterEach
    void stop() throws Exception {
        application.close();
        receiver.close();
        broker.close();
    }

    private PackagedApplication startApplication() throws Exception {
        return PackagedApplication.start(
                directory.resolve("data"),
                "-Dnexadesk.kafka.bootstrap-servers=" + broker.address(),
                // What a killed consumer held is free again soon, and who does not ask for records is soon put out of
                // the group.
                "-Dnexadesk.kafka.properties-file=" + properties());
    }

    private Path properties() throws Exception {
        return Files.writeString(
                directory.resolve("kafka.properties"),
                "session.timeout.ms=6000\nheartbeat.interval.ms=1000\nmax.poll.interval.ms=6000\n");
    }

    @Test
    @DisplayName("are delivered; what can never be published is a dead letter with its reason")
    void delivered() throws Exception {
        send(
                event("one"),
                "no JSON",
                event("two"),
                event("three").replace(PackagedApplication.WORKSPACE, "ws_none00000000"));
        send(withoutId(event("four")));
        Await.until("three events", PATIENCE, this::received, ids -> ids.size() == 3);
        assertThat(received()).contains("one", "two").anyMatch(id -> id.startsWith("evt_"));

        var letters = deadLetters(2);
        assertThat(letters)
                .extracting(letter -> header(letter, "dead-letter-code"))
                .containsExactlyInAnyOrder("malformed_json", "unknown_workspace");
        assertThat(letters).allSatisfy(letter -> {
            assertThat(letter.key()).isEqualTo(PackagedApplication.WORKSPACE);
            assertThat(header(letter, "dead-letter-reason")).startsWith("$");
            assertThat(header(letter, "dead-letter-topic")).isEqualTo(TOPIC);
        });
        assertThat(letters).anyMatch(letter -> letter.value().equals("no JSON"));
        awaitCommitted(5);
    }

    @Test
    @DisplayName("survive a kill of the application and of the broker, and each is stored once, with or without an id")
    void killed() throws Exception {
        int events = 4_000;
        send(IntStream.range(0, events)
                .mapToObj(i -> i % 4 == 0 ? withoutId(event("e" + i)) : event("e" + i))
                .toArray(String[]::new));
        Await.until("some events", PATIENCE, this::received, ids -> !ids.isEmpty());
        application.kill();
        broker.kill();
        broker.restart();
        send(event("after"));
        application = startApplication();
        Await.until("all events", PATIENCE, this::received, ids -> ids.size() > events);
        assertThat(received())
                .contains("after")
                .containsAll(IntStream.range(0, events)
                        .filter(i -> i % 4 != 0)
                        .mapToObj(i -> "e" + i)
                        .toList());
        awaitCommitted(events + 1);
        assertThat(application
                        .get("/api/v1/external/deliveries?event=lead.created&limit=1")
                        .body())
                .contains("\"total_count\":" + (events + 1));
    }

    @Test
    @DisplayName("wait for as long as the database refuses them, while this stays healthy and in its group")
    void refused() throws Exception {
        send(event("before"));
        Await.until("an event", PATIENCE, this::received, ids -> ids.contains("before"));
        awaitCommitted(1);
        var member = member();
        database("alter table event_id add constraint refused check (false) not valid");
        send("no JSON", event("one"), event("two"));
        // Once a second: longer than what Kafka allows between two requests for records.
        Await.until(
                "ten tries",
                PATIENCE,
                application::output,
                log -> log.split("cannot be stored now and are tried again", -1).length > 10);
        send(event("later"));
        assertThat(deadLetters(1)).hasSize(1);
        assertThat(committed()).isEqualTo(1);
        assertThat(member()).isEqualTo(member);
        assertThat(get("/q/health")).contains("\"status\": \"UP\"").doesNotContain("DOWN");
        database("alter table event_id drop constraint refused");
        Await.until("all events", PATIENCE, this::received, ids -> ids.size() == 4);
        awaitCommitted(5);
        assertThat(member()).isEqualTo(member);
    }

    @Test
    @DisplayName("are committed when the application stops, so that none is read twice")
    void stopped() throws Exception {
        int events = 4_000;
        send(IntStream.range(0, events).mapToObj(i -> event("e" + i)).toArray(String[]::new));
        Await.until("some events", PATIENCE, this::received, ids -> !ids.isEmpty());
        application.close();
        application = startApplication();
        awaitCommitted(events);
        assertThat(get("/q/metrics").lines())
                .filteredOn(line -> line.startsWith("nexadesk_events_total") && line.contains("duplicate"))
                .singleElement()
                .asString()
                .endsWith(" 0.0");
    }

    private static String event(String id) {
        return "{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\"" + PackagedApplication.WORKSPACE
                + "\",\"data\":{\"id\":\"1\",\"visitor_name\":\"John Doe\",\"pipeline_stage\":\"new\","
                + "\"created_at\":\"2026-03-20T14:00:00.000Z\"}}";
    }

    private static String withoutId(String event) {
        return event.replaceFirst("\"id\":\"[a-z0-9]+\",", "");
    }

    private void send(String... values) throws Exception {
        var properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", broker.address(), "acks", "all"));
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            var sent = new ArrayList<java.util.concurrent.Future<?>>();
            for (int i = 0; i < values.length; i++) {
                sent.add(producer.send(new ProducerRecord<>(TOPIC, i % 2, PackagedApplication.WORKSPACE, values[i])));
            }
            for (var record : sent) {
                record.get();
            }
        }
    }

    private Set<String> received() {
        return receiver.requests().stream()
                .filter(request -> request.header("x-nexadesk-event").equals("lead.created"))
                .map(request -> request.header("x-nexadesk-event-id"))
                .collect(Collectors.toSet());
    }

    private List<ConsumerRecord<String, String>> deadLetters(int count) {
        var properties = new Properties();
        properties.putAll(
                Map.of("bootstrap.servers", broker.address(), "group.id", "test", "auto.offset.reset", "earliest"));
        var letters = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(DEAD_LETTERS));
            return Await.until(
                    count + " dead letters",
                    PATIENCE,
                    () -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
                        return letters;
                    },
                    found -> found.size() >= count);
        }
    }

    private void awaitCommitted(int records) {
        Await.until("commits", PATIENCE, this::committed, sum -> sum == records);
    }

    /** The application as a member of its consumer group. */
    private String member() throws Exception {
        try (var admin = broker.admin()) {
            var group = admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP);
            return group.members().iterator().next().consumerId();
        }
    }

    private void database(String sql) throws Exception {
        var data = directory.resolve("data");
        var port = Files.readAllLines(data.resolve("data/postmaster.pid")).get(3);
        var password = Files.readString(data.resolve("password")).strip();
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/nexadesk", "nexadesk", password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(application.url(path))).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private long committed() {
        try (var admin = broker.admin()) {
            return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
