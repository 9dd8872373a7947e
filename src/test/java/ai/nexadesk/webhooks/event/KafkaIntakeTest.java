package ai.nexadesk.webhooks.event;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Taking events from Kafka")
class KafkaIntakeTest {

    private static final TopicPartition PARTITION = new TopicPartition("events", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final List<String> stored = new ArrayList<>();
    private int overloaded;
    private KafkaIntake intake;

    @BeforeEach
    void open() {
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        intake = new KafkaIntake(
                consumer,
                new DeadLetters(producer, "dead"),
                this::publish,
                new PublishingMetrics(new SimpleMeterRegistry()),
                Duration.ZERO);
    }

    @Test
    @DisplayName("commits what is durable, and not before")
    void committed() {
        send("a", "b");
        assertThat(committedTo()).isZero();
        intake.takeBatch();
        assertThat(stored).containsExactly("a", "b");
        assertThat(committedTo()).isEqualTo(2);
    }

    @Test
    @DisplayName("tries again what cannot be stored now, with nothing fetched, committed or given up meanwhile")
    void overloaded() {
        overloaded = 3;
        send("a", "b");
        intake.takeBatch();
        assertThat(stored).containsExactly("b", "a");
        assertThat(producer.history()).isEmpty();
        assertThat(committedTo()).isEqualTo(2);
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    @DisplayName("commits nothing when it is stopped while something is not stored")
    void stopped() {
        overloaded = Integer.MAX_VALUE;
        send("a", "b");
        intake.stop();
        intake.takeBatch();
        assertThat(stored).containsExactly("b");
        assertThat(committedTo()).isZero();
    }

    @Test
    @DisplayName("puts what can never be published elsewhere as it came, with the reason, and goes on")
    void deadLetter() {
        send("a", "poison", "b");
        intake.takeBatch();
        assertThat(stored).containsExactly("a", "b");
        assertThat(committedTo()).isEqualTo(3);
        assertThat(producer.history()).hasSize(1);
        var letter = producer.history().get(0);
        assertThat(letter.topic()).isEqualTo("dead");
        assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("poison");
        assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("ws_1");
        assertThat(header(letter.headers(), "dead-letter-code")).isEqualTo("wrong_type");
        assertThat(header(letter.headers(), "dead-letter-reason")).isEqualTo("$: must be something else.");
        assertThat(header(letter.headers(), "dead-letter-topic")).isEqualTo("events");
        assertThat(header(letter.headers(), "dead-letter-partition")).isEqualTo("0");
        assertThat(header(letter.headers(), "dead-letter-offset")).isEqualTo("1");
        assertThat(header(letter.headers(), "from-the-publisher")).isEqualTo("kept");
    }

    @Test
    @DisplayName("commits nothing while Kafka does not take a dead letter")
    void deadLetterRefused() {
        producer.sendException = new KafkaException("not now");
        send("poison");
        intake.stop();
        intake.takeBatch();
        assertThat(committedTo()).isZero();
        producer.sendException = null;
    }

    private static String header(org.apache.kafka.common.header.Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** Fails for "a" for as long as this is overloaded. */
    private CompletionStage<Optional<InvalidEventException>> publish(ConsumerRecord<byte[], byte[]> record) {
        var text = new String(record.value(), StandardCharsets.UTF_8);
        if (text.equals("poison")) {
            return CompletableFuture.completedStage(
                    Optional.of(EventParser.invalid("wrong_type", "$", "must be something else.")));
        }
        if (text.equals("a") && overloaded > 0) {
            overloaded--;
            assertThat(committedTo()).isZero();
            assertThat(consumer.paused()).isIn(Set.of(), Set.of(PARTITION));
            return CompletableFuture.failedStage(new Publishing.UnavailableException("More is published", null));
        }
        stored.add(text);
        return CompletableFuture.completedStage(Optional.empty());
    }

    private void send(String... values) {
        for (int i = 0; i < values.length; i++) {
            var key = "ws_1".getBytes(StandardCharsets.UTF_8);
            var value = values[i].getBytes(StandardCharsets.UTF_8);
            var record = new ConsumerRecord<>(
                    PARTITION.topic(),
                    PARTITION.partition(),
                    i,
                    1_700_000_000_000L,
                    TimestampType.CREATE_TIME,
                    key.length,
                    value.length,
                    key,
                    value,
                    new RecordHeaders(),
                    Optional.empty());
            record.headers().add("from-the-publisher", "kept".getBytes(StandardCharsets.UTF_8));
            consumer.addRecord(record);
        }
    }

    private long committedTo() {
        var committed = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return Optional.ofNullable(committed).map(OffsetAndMetadata::offset).orElse(0L);
    }
}
