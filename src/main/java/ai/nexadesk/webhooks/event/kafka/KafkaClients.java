package ai.nexadesk.webhooks.event.kafka;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConnector;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordBatchMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;

/**
 * Creates and closes the consumer and the producer. Uses a new connector each time, because a connector keeps
 * everything that it created and does not close a consumer whose stream has failed.
 */
@ApplicationScoped
class KafkaClients {

    /** A consumer in its group sends a heartbeat every 3 seconds. */
    private static final double SILENCE_SECONDS = 10;

    private final Instance<KafkaConnector> connectors;
    private final KafkaChannels channels;

    KafkaClients(
            @Connector(KafkaConnector.CONNECTOR_NAME) Instance<KafkaConnector> connectors, KafkaChannels channels) {
        this.connectors = connectors;
        this.channels = channels;
    }

    /** Records that were fetched together, with the message that acknowledges them. */
    record Batch(List<ConsumerRecord<byte[], byte[]>> records, Message<?> message) {

        private static Batch of(Message<?> message) {
            @SuppressWarnings("unchecked")
            var metadata = (IncomingKafkaRecordBatchMetadata<byte[], byte[]>)
                    message.getMetadata(IncomingKafkaRecordBatchMetadata.class).orElseThrow();
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            metadata.getRecords().forEach(records::add);
            return new Batch(records, message);
        }

        /** Commits the offsets of the records. */
        CompletionStage<Void> acknowledge() {
            return message.ack();
        }
    }

    /**
     * Creates both, and returns the records of the event topic. Fails if the settings are wrong; waits for brokers that
     * cannot be reached.
     */
    Multi<Batch> open() {
        var connector = connectors.get();
        connector.getSubscriber(channels.deadLetters());
        return Multi.createFrom()
                .publisher(connector.getPublisher(channels.events()))
                .map(Batch::of);
    }

    /** Sends a dead letter. */
    Uni<RecordMetadata> send(ProducerRecord<byte[], byte[]> letter) {
        return connectors
                .get()
                .<byte[], byte[]>getProducer(KafkaChannels.DEAD_LETTERS)
                .send(letter);
    }

    /** Whether the consumer is in its group. If no broker responds, it waits without ending the stream. */
    boolean isInGroup() {
        return connectors.get().getConsumers(KafkaChannels.EVENTS).stream()
                .flatMap(consumer -> consumer.unwrap().metrics().values().stream())
                .filter(metric -> metric.metricName().name().equals("last-heartbeat-seconds-ago"))
                .map(metric -> (double) metric.metricValue())
                // A negative value means never.
                .anyMatch(seconds -> seconds >= 0 && seconds <= SILENCE_SECONDS);
    }

    /** Closes both if they exist. Waits only for a short time. */
    void close() {
        var connector = connectors.get();
        connector.terminate(this);
        connectors.destroy(connector);
    }
}
