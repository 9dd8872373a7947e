package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.Settings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Publishing from Kafka, where {@code nexadesk.kafka.bootstrap-servers} is set: each replica consumes a share of the topic's
 * partitions. Without it there is neither a client nor a thread.
 */
@ApplicationScoped
class KafkaSource {

    private static final Logger LOG = Logger.getLogger(KafkaSource.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 5_000;

    /** What a batch takes of memory, besides one batch that was fetched ahead. */
    private static final int BYTES_AT_ONCE = 16 << 20;

    private static final int RECORDS_AT_ONCE = 1_000;

    private final Settings.Kafka settings;
    private final KafkaRecords records;
    private final PublishingMetrics metrics;
    private final Thread thread = new Thread(this::run, "kafka-events");
    private volatile @Nullable KafkaIntake intake;
    private volatile boolean stopping;

    KafkaSource(Settings settings, KafkaRecords records, PublishingMetrics metrics) {
        this.settings = settings.kafka();
        this.records = records;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        if (settings.bootstrapServers().isPresent()) {
            // Wrong settings are told now; what is only out of reach is waited for.
            try {
                intake = open();
            } catch (KafkaException | IOException e) {
                throw new ConfigurationException(
                        "The settings nexadesk.kafka.* do not work: " + e.getMessage()
                                + (e.getCause() == null
                                        ? ""
                                        : ": " + e.getCause().getMessage()),
                        e);
            }
            thread.start();
        }
    }

    /** Before publishing stops: what was taken is stored and committed. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event)
            throws InterruptedException {
        stopping = true;
        var current = intake;
        if (current != null) {
            current.stop();
            thread.join();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                try (var current = intake == null ? open() : intake) {
                    intake = current;
                    current.run();
                } catch (RuntimeException | IOException e) {
                    LOG.errorf(e, "Taking events from Kafka failed and begins anew in a moment");
                    intake = null;
                    Thread.sleep(PAUSE_AFTER_FAILURE_MILLIS);
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private KafkaIntake open() throws IOException {
        var deadLetters = new DeadLetters(new KafkaProducer<>(producing()), settings.deadLetterTopic());
        try {
            var consumer = new KafkaConsumer<byte[], byte[]>(consuming());
            consumer.subscribe(List.of(settings.topic()));
            return new KafkaIntake(consumer, deadLetters, records::publish, metrics, PAUSE);
        } catch (KafkaException e) {
            deadLetters.close();
            throw e;
        }
    }

    private Properties consuming() throws IOException {
        var properties = common();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // A group that is new has missed nothing yet.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_AT_ONCE);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, BYTES_AT_ONCE);
        return properties;
    }

    private Properties producing() throws IOException {
        var properties = common();
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        // As much as was fetched.
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, BYTES_AT_ONCE);
        return properties;
    }

    private Properties common() throws IOException {
        var properties = new Properties();
        if (settings.propertiesFile().isPresent()) {
            try (var file =
                    Files.newBufferedReader(Path.of(settings.propertiesFile().get()))) {
                properties.load(file);
            }
        }
        properties.put(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                settings.bootstrapServers().orElseThrow());
        return properties;
    }
}
