package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.Settings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Publishing from Kafka, where {@code nexadesk.kafka.bootstrap-servers} is set: each replica consumes a share of the topic's
 * partitions. Without it the connector is not even made, so there is neither a client nor a thread.
 */
@ApplicationScoped
class KafkaSource {

    private static final Logger LOG = Logger.getLogger(KafkaSource.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Settings.Kafka settings;
    private final KafkaConnector connector;
    private final KafkaChannels channels;
    private final KafkaRecords records;
    private final PublishingMetrics metrics;
    private volatile @Nullable KafkaIntake intake;

    KafkaSource(
            Settings settings,
            @Connector(KafkaConnector.CONNECTOR_NAME) KafkaConnector connector,
            KafkaChannels channels,
            KafkaRecords records,
            PublishingMetrics metrics) {
        this.settings = settings.kafka();
        this.connector = connector;
        this.channels = channels;
        this.records = records;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        if (settings.bootstrapServers().isPresent()) {
            // Wrong settings are told now; what is only out of reach is waited for.
            try {
                open();
            } catch (RuntimeException e) {
                throw new ConfigurationException(
                        "The settings nexadesk.kafka.* do not work: " + e.getMessage()
                                + (e.getCause() == null
                                        ? ""
                                        : ": " + e.getCause().getMessage()),
                        e);
            }
        }
    }

    private void open() {
        connector.getSubscriber(channels.deadLetters());
        var producer = connector.<byte[], byte[]>getProducer(KafkaChannels.DEAD_LETTERS);
        var deadLetters = new DeadLetters(producer::send, settings.deadLetterTopic());
        var current = new KafkaIntake(deadLetters, records::publish, metrics, PAUSE);
        intake = current;
        Multi.createFrom()
                .publisher(connector.getPublisher(channels.events()))
                // One batch after the other; to read one would hold up the requests of the event loop.
                .onItem()
                .transformToUniAndConcatenate(batch ->
                        current.take(batch(batch), batch::ack).runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
                .subscribe()
                // The connector goes on by itself when Kafka is away or refuses us: this would be a fault of it, or of
                // ours.
                .with(
                        taken -> {},
                        fault -> LOG.errorf(fault, "Taking events from Kafka has ended; a restart begins it anew"));
    }

    @SuppressWarnings("unchecked")
    private static List<ConsumerRecord<byte[], byte[]>> batch(Message<?> message) {
        var metadata = (IncomingKafkaRecordBatchMetadata<byte[], byte[]>)
                message.getMetadata(IncomingKafkaRecordBatchMetadata.class).orElseThrow();
        var batch = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        metadata.getRecords().forEach(batch::add);
        return batch;
    }

    /** Before publishing stops: what was taken is stored and committed. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event)
            throws InterruptedException {
        var current = intake;
        if (current != null) {
            current.stop();
            current.awaitEnd(PATIENCE);
            connector.terminate(event);
        }
    }
}
