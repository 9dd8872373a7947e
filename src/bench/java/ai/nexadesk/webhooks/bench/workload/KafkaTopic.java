package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.lab.Checks;
import ai.nexadesk.webhooks.bench.lab.Events;
import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.measure.Row;
import ai.nexadesk.webhooks.bench.measure.Wall;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Measures how many events per second one replica consumes from Kafka and delivers, if more are waiting than it can
 * consume. Uses the broker of {@code --set nexadesk.kafka.bootstrap-servers=…}, which must not have these topics yet.
 */
public final class KafkaTopic {

    public static final String BROKERS = "nexadesk.kafka.bootstrap-servers=";
    private static final String EVENTS = "nexadesk-events";
    private static final String DEAD_LETTERS = "nexadesk-events-dead";
    private static final int SPACES = 10;
    private static final int PARTITIONS = 8;
    private static final int DRAIN_SECONDS = 300;

    private KafkaTopic() {}

    public static void run(Options options, Report report) throws Exception {
        var brokers = options.settings().stream()
                .filter(setting -> setting.startsWith(BROKERS))
                .map(setting -> setting.substring(BROKERS.length()))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("Workload kafka requires --set " + BROKERS + "HOST:PORT"));
        makeTopics(brokers);
        try (var lab = Lab.open(options, Collections.nCopies(SPACES, 1))) {
            int events = options.number("rows", 100_000);
            fill(lab, brokers, events / 2);
            awaitReceived(lab, events / 2);
            var before = lab.usage();
            long start = System.nanoTime();
            fill(lab, brokers, events - events / 2);
            awaitReceived(lab, events);
            double seconds = (System.nanoTime() - start) / 1e9;
            var row = Row.named("kafka").put("events_per_s", (events - events / 2) / seconds);
            before.addTo(row, lab.usage());
            System.out.printf("  kafka: %.0f events/s consumed and delivered%n", row.get("events_per_s"));
            report.add(row);
            if (lab.drain(List.of(), DRAIN_SECONDS) > 0) {
                report.fail("kafka: deliveries are unfinished");
            }
            lab.application().stop();
            report.add(new Checks(lab, report, "kafka checks").run(endpoint -> true, List.of()));
        }
    }

    public static void makeTopics(String brokers) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(
                            new NewTopic(EVENTS, PARTITIONS, (short) 1), new NewTopic(DEAD_LETTERS, 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    /** Fills the topic, much faster than events are consumed. */
    private static void fill(Lab lab, String brokers, int events) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", 5);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < events; i++) {
                send(lab, producer, i % SPACES, 1);
            }
        }
    }

    /**
     * Sends one event to the workspace at this index, which has this many webhooks. The event counts as acknowledged
     * when the broker has it.
     */
    public static void send(Lab lab, Producer<byte[], byte[]> producer, int place, int fanOut) {
        var space = lab.spaces().get(place);
        int number = lab.published().add(Wall.micros(), place);
        producer.send(
                new ProducerRecord<>(EVENTS, utf8(space.id()), utf8(Events.publication(space.id(), number))),
                (metadata, failure) -> {
                    if (failure == null) {
                        lab.published().acknowledge(number, Wall.micros(), fanOut);
                    }
                });
    }

    private static void awaitReceived(Lab lab, int events) throws IOException {
        long deadline = System.nanoTime() + DRAIN_SECONDS * 1_000_000_000L;
        // Each webhook got a ping first.
        while (lab.sink().requests() < events + SPACES) {
            if (System.nanoTime() > deadline) {
                throw new IOException("Only " + lab.sink().requests() + " requests within " + DRAIN_SECONDS + " s");
            }
            Pause.millis(20);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
