package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.KafkaBroker;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** A broker with its topics, an application that consumes events from them, and a receiver. */
final class KafkaTestSetup implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final String TOPIC = "nexadesk-events";
    private static final String DEAD_LETTERS = "nexadesk-events-dead";

    private static final String GROUP = "nexadesk-webhooks";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path directory;
    private final KafkaBroker broker;
    private final Admin admin;
    private final Receiver receiver;
    private PackagedApplication application;
    private int sent;

    private KafkaTestSetup(Path directory, KafkaBroker broker, Receiver receiver) {
        this.directory = directory;
        this.broker = broker;
        this.admin = broker.admin();
        this.receiver = receiver;
    }

    /** Sets up everything in a directory except the application, which {@link #startApplication} starts. */
    static KafkaTestSetup prepare(Path directory) throws Exception {
        var broker = KafkaBroker.start(directory.resolve("kafka"));
        broker.createTopic(TOPIC, 2);
        broker.createTopic(DEAD_LETTERS, 1);
        return new KafkaTestSetup(directory, broker, Receiver.start());
    }

    /** Sets up everything, including the application and a webhook. */
    static KafkaTestSetup open(Path directory) throws Exception {
        var scene = prepare(directory);
        scene.startApplication(scene.broker.address());
        scene.createWebhook();
        return scene;
    }

    /** Starts the application, for the first time or again, with these additional properties of Kafka clients. */
    void startApplication(String address, String... properties) throws Exception {
        application = PackagedApplication.start(
                directory.resolve("data"),
                "-Dnexadesk.kafka.bootstrap-servers=" + address,
                "-Dnexadesk.kafka.properties-file=" + writeProperties(properties));
    }

    /** Writes the properties file, before the application starts or while it runs. */
    Path writeProperties(String... properties) throws IOException {
        // The broker soon releases what a killed consumer held, and soon removes a consumer that does not poll.
        var lines = new ArrayList<>(
                List.of("session.timeout.ms=6000", "heartbeat.interval.ms=1000", "max.poll.interval.ms=6000"));
        lines.addAll(List.of(properties));
        return Files.write(directory.resolve("kafka.properties"), lines);
    }

    /** Creates a webhook that sends the events to the receiver. */
    void createWebhook() throws Exception {
        createWebhook("/hook", "\"events\":[\"lead.created\"]");
    }

    /** Creates a webhook for this path of the receiver, with these members. */
    void createWebhook(String path, String members) throws Exception {
        var created = application.post("/webhooks", "{\"url\":\"" + receiver.url(path) + "\"," + members + "}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    PackagedApplication application() {
        return application;
    }

    KafkaBroker broker() {
        return broker;
    }

    /** The admin client of the broker. */
    Admin admin() {
        return admin;
    }

    static String event(String id) {
        return "{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\"" + PackagedApplication.WORKSPACE
                + "\",\"data\":{\"id\":\"1\",\"visitor_name\":\"John Doe\",\"pipeline_stage\":\"new\","
                + "\"created_at\":\"2026-03-20T14:00:00.000Z\"}}";
    }

    /** Sends these records to the topic, to its partitions in turn. */
    void send(String... values) throws Exception {
        var properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", broker.address(), "acks", "all"));
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            var results = new ArrayList<Future<?>>();
            for (int i = 0; i < values.length; i++) {
                results.add(
                        producer.send(new ProducerRecord<>(TOPIC, i % 2, PackagedApplication.WORKSPACE, values[i])));
            }
            for (var record : results) {
                record.get();
            }
        }
        sent += values.length;
    }

    /** The number of records that have been sent to the topic so far. */
    int sent() {
        return sent;
    }

    /** The requests that the receiver has received. */
    List<Receiver.Request> arrived() {
        return receiver.requests();
    }

    /** The IDs of the events that the receiver has received. */
    Set<String> received() {
        return receiver.requests().stream()
                .filter(request -> request.header("x-nexadesk-event").equals("lead.created"))
                .map(request -> request.header("x-nexadesk-event-id"))
                .collect(Collectors.toSet());
    }

    /** The number of requests with events that the receiver has received, including duplicates. */
    long requests() {
        return receiver.requests().stream()
                .filter(request -> request.header("x-nexadesk-event").equals("lead.created"))
                .count();
    }

    /** Waits until all these records are dead letters, and returns every dead letter with one of these values. */
    List<ConsumerRecord<String, String>> deadLetters(String... values) {
        var properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", broker.address()));
        var partition = new TopicPartition(DEAD_LETTERS, 0);
        var letters = new ArrayList<ConsumerRecord<String, String>>();
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return Await.until(
                    "dead letters",
                    PATIENCE,
                    () -> {
                        for (var letter : consumer.poll(Duration.ofMillis(200))) {
                            if (List.of(values).contains(letter.value())) {
                                letters.add(letter);
                            }
                        }
                        return letters;
                    },
                    found -> found.size() >= values.length);
        }
    }

    /** The number of records that the consumer group has committed. */
    long committed() {
        try {
            return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until every sent record is committed. */
    void awaitCommitted() {
        Await.until("commits", PATIENCE, this::committed, sum -> sum == sent);
    }

    /** The consumers in the group. */
    List<String> members() {
        try {
            return admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP).members().stream()
                    .map(member -> member.consumerId())
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void awaitOneMember() {
        Await.until("one member", PATIENCE, this::members, members -> members.size() == 1);
    }

    /** Executes SQL in the application's database. */
    void database(String sql) throws Exception {
        var data = directory.resolve("data");
        var port = Files.readAllLines(data.resolve("data/postmaster.pid")).get(3);
        var password = Files.readString(data.resolve("password")).strip();
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/nexadesk", "nexadesk", password);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The body of the application's response at this path. */
    String get(String path) {
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(application.url(path))).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The value of this metric, which has no labels. */
    double metric(String name) {
        return get("/q/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        if (application != null) {
            application.close();
        }
        receiver.close();
        admin.close();
        broker.close();
    }
}
