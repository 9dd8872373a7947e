package ai.nexadesk.webhooks.event;

import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

/**
 * Makes and closes our consumer and our producer. Each time with a connector of their own: one keeps all that it ever made, and
 * does not close a consumer whose stream has failed.
 */
@ApplicationScoped
class KafkaClients {

    private final Instance<KafkaConnector> connectors;
    private final KafkaSettings settings;

    KafkaClients(@Connector(KafkaConnector.CONNECTOR_NAME) Instance<KafkaConnector> connectors, KafkaSettings settings) {
        this.connectors = connectors;
        this.settings = settings;
    }

    /** Records that were fetched together. */
    record Batch(List<ConsumerRecord<byte[], byte[]>> records, Message<?> message) {

        private static Batch of(Message<?> message) {
            @SuppressWarnings("unchecked")
            var metadata = (IncomingKafkaRecordBatchMetadata<byte[], byte[]>)
                    message.getMetadata(IncomingKafkaRecordBatchMetadata.class).orElseThrow();
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            metadata.getRecords().forEach(records::add);
            return new Batch(records, message);
        }

        /** Commits their offsets. */
        CompletionStage<Void> acknowledge() {
            return message.ack();
        }
    }

    /** A consumer's stream, which begins with its subscription, and a producer. */
    record Open(Multi<Batch> batches, KafkaProducer<byte[], byte[]> deadLetters) {}

    /** Fails where the settings cannot work; what is only out of reach is waited for. */
    Open open() {
        var connector = connectors.get();
        connector.getSubscriber(settings.deadLetters());
        var producer = connector.<byte[], byte[]>getProducer(KafkaSettings.DEAD_LETTERS);
        var batches = Multi.createFrom().publisher(connector.getPublisher(settings.events()));
        return new Open(batches.map(Batch::of), producer);
    }

    /** Closes both for good, with what was being made when it failed. Waits for them, but not for long. */
    void close() {
        var connector = connectors.get();
        connector.terminate(this);
        connectors.destroy(connector);
    }
}
