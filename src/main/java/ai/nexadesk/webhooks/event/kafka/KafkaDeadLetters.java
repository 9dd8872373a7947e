package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.event.InvalidEventException;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

import java.nio.charset.StandardCharsets;

/**
 * Sends invalid records unchanged to the dead-letter topic, with the reason in headers that start with {@code
 * dead-letter-}.
 */
final class KafkaDeadLetters {

    /** Sends to Kafka. */
    interface Sending {
        Uni<RecordMetadata> send(ProducerRecord<byte[], byte[]> letter);
    }

    private final Sending sending;
    private final String topic;

    KafkaDeadLetters(Sending sending, String topic) {
        this.sending = sending;
        this.topic = topic;
    }

    /** Sends a record; completes when Kafka has stored it. */
    Uni<Void> add(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        var letter =
                new ProducerRecord<>(topic, null, record.timestamp(), record.key(), record.value(), record.headers());
        letter.headers().add("dead-letter-code", utf8(reason.code()));
        letter.headers().add("dead-letter-reason", utf8(reason.getMessage()));
        letter.headers().add("dead-letter-topic", utf8(record.topic()));
        letter.headers().add("dead-letter-partition", utf8(Integer.toString(record.partition())));
        letter.headers().add("dead-letter-offset", utf8(Long.toString(record.offset())));
        return sending.send(letter).replaceWithVoid();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
