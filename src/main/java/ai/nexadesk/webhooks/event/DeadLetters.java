package ai.nexadesk.webhooks.event;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where records go that can never be published: to a topic of their own, as they came, with the reason in headers that begin
 * with {@code dead-letter-}.
 */
final class DeadLetters implements AutoCloseable {

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    DeadLetters(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /** Sends a record there; complete when Kafka has it. */
    CompletionStage<Void> add(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        var letter =
                new ProducerRecord<>(topic, null, record.timestamp(), record.key(), record.value(), record.headers());
        letter.headers().add("dead-letter-code", utf8(reason.code()));
        letter.headers().add("dead-letter-reason", utf8(reason.getMessage()));
        letter.headers().add("dead-letter-topic", utf8(record.topic()));
        letter.headers().add("dead-letter-partition", utf8(Integer.toString(record.partition())));
        letter.headers().add("dead-letter-offset", utf8(Long.toString(record.offset())));
        var sent = new CompletableFuture<Void>();
        producer.send(letter, (metadata, failure) -> {
            if (failure == null) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(failure);
            }
        });
        return sent;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        producer.close(KafkaIntake.PATIENCE);
    }
}
