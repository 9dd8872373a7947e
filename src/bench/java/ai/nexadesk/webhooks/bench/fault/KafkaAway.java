package ai.nexadesk.webhooks.bench.fault;

import ai.nexadesk.webhooks.bench.lab.Lab;
import ai.nexadesk.webhooks.bench.lab.Options;
import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.bench.workload.KafkaTopic;
import ai.nexadesk.webhooks.testing.server.KafkaBroker;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The Kafka broker is killed and returns, while events are published through it and over HTTP. */
final class KafkaAway {

    private static final int SPACES = 4;
    private static final int FAN_OUT = 2;
    private static final int SECONDS = 30;
    private static final int PAUSE_MILLIS = 50;
    private static final int RATE = 100;

    /** Longer than the broker is down in any run. */
    private static final int PATIENCE_MILLIS = 1_800_000;

    private final Options options;
    private final Report report;

    KafkaAway(Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    void run(String name) throws Exception {
        try (var lab = Lab.empty(options, SPACES * FAN_OUT);
                var broker =
                        KafkaBroker.start(Files.createDirectory(lab.directory().resolve("kafka")))) {
            KafkaTopic.makeTopics(broker.address());
            lab.startApplication(lab.database().jdbcUrl(), KafkaTopic.BROKERS + broker.address());
            lab.makeSpaces(Collections.nCopies(SPACES, FAN_OUT));
            new FaultRun(name, lab, report).under(options.number("rate", RATE), run -> away(run, broker));
        }
    }

    private static void away(FaultRun run, KafkaBroker broker) throws Exception {
        var ends = new AtomicBoolean();
        var sending = CompletableFuture.runAsync(() -> send(run.lab(), broker.address(), ends));
        Pause.millis(5_000);
        run.crash();
        broker.kill();
        run.hold(SECONDS);
        broker.restart();
        run.crash();
        Pause.millis(5_000);
        ends.set(true);
        sending.join();
    }

    private static void send(Lab lab, String address, AtomicBoolean ends) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", address,
                "acks", "all",
                "delivery.timeout.ms", PATIENCE_MILLIS,
                "max.block.ms", PATIENCE_MILLIS);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; !ends.get(); i++) {
                KafkaTopic.send(lab, producer, i % SPACES, FAN_OUT);
                Pause.millis(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
