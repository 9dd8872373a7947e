package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.event.InvalidEventException;
import ai.nexadesk.webhooks.event.PublishingMetrics;
import ai.nexadesk.webhooks.event.UnavailableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@DisplayName("Consuming events from Kafka")
class KafkaBatchesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<String> stored = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
    private final KafkaBatches batches = new KafkaBatches(
            new KafkaDeadLetters(this::send, "dead"),
            this::publish,
            new PublishingMetrics(new SimpleMeterRegistry()),
            Duration.ofMillis(1));
    private final Deque<RuntimeException> refusals = new ArrayDeque<>();
    private int overloaded;
    private boolean stopped;
    private int committed;

    @Test
    @DisplayName("commits durable records, and not before")
    void committed() {
        take("a", "b");
        assertThat(stored).containsExactly("a", "b");
        assertThat(committed).isEqualTo(1);
    }

    @Test
    @DisplayName("retries temporary failures, with nothing committed or given up meanwhile")
    void overloaded() {
        overloaded = 3;
        take("a", "b");
        assertThat(stored).containsExactly("b", "a");
        assertThat(letters).isEmpty();
        assertThat(committed).isEqualTo(1);
    }

    @Test
    @DisplayName("commits and consumes nothing more when it is stopped before everything is stored")
    void stopped() {
        overloaded = Integer.MAX_VALUE;
        stopped = true;
        take("a", "b");
        assertThat(stored).containsExactly("b");
        var next = batches.take(records("c"), this::commit).subscribeAsCompletionStage();
        assertThat(stored).containsExactly("b");
        assertThat(next).isNotDone();
        assertThat(committed).isZero();
    }

    @Test
    @DisplayName("sends invalid records unchanged to the dead-letter topic, with the reason, and continues")
    void deadLetter() {
        take("a", "poison", "b");
        assertThat(stored).containsExactly("a", "b");
        assertThat(committed).isEqualTo(1);
        assertThat(letters).hasSize(1);
        var letter = letters.get(0);
        assertThat(letter.topic()).isEqualTo("dead");
        assertThat(letter.timestamp()).isEqualTo(1_700_000_000_000L);
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
    @DisplayName("commits nothing until Kafka accepts a dead letter")
    void deadLetterRefused() {
        refusals.addAll(List.of(new KafkaException("not now"), new KafkaException("not now")));
        take("poison", "a");
        assertThat(letters).hasSize(1);
        assertThat(stored).containsExactly("a");
        assertThat(committed).isEqualTo(1);
    }

    @Test
    @DisplayName("ends if Kafka rejects a dead letter, to start over with other credentials")
    void producerRefused() {
        var refusal = new SaslAuthenticationException("Authentication failed");
        refusals.add(refusal);
        assertThatThrownBy(() -> take("poison", "a")).isSameAs(refusal);
        assertThat(committed).isZero();
        take("poison", "a");
        assertThat(letters).hasSize(1);
        assertThat(committed).isEqualTo(1);
    }

    @Test
    @DisplayName("continues when a commit fails: the next one covers it, or another replica reads the batch again")
    void commitRefused() {
        batches.take(records("a"), () -> CompletableFuture.failedStage(new KafkaException("rebalanced")))
                .await()
                .atMost(PATIENCE);
        take("b");
        assertThat(stored).containsExactly("a", "b");
        assertThat(committed).isEqualTo(1);
    }

    private void take(String... values) {
        batches.take(records(values), this::commit).await().atMost(PATIENCE);
    }

    private CompletionStage<Void> commit() {
        committed++;
        return CompletableFuture.completedStage(null);
    }

    private Uni<RecordMetadata> send(ProducerRecord<byte[], byte[]> letter) {
        assertThat(committed).isZero();
        if (!refusals.isEmpty()) {
            return Uni.createFrom().failure(refusals.remove());
        }
        letters.add(letter);
        return Uni.createFrom().nullItem();
    }

    private static String header(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** Fails for "a" as many times as {@link #overloaded} says. */
    private CompletionStage<Optional<InvalidEventException>> publish(ConsumerRecord<byte[], byte[]> record) {
        var text = new String(record.value(), StandardCharsets.UTF_8);
        if (text.equals("poison")) {
            return CompletableFuture.completedStage(
                    Optional.of(InvalidEventException.at("wrong_type", "$", "must be something else.")));
        }
        if (text.equals("a") && overloaded > 0) {
            overloaded--;
            assertThat(committed).isZero();
            if (stopped) {
                batches.stop();
            }
            return CompletableFuture.failedStage(new UnavailableException("The publishing queue is full.", null));
        }
        stored.add(text);
        return CompletableFuture.completedStage(Optional.empty());
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(String... values) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (int i = 0; i < values.length; i++) {
            var key = "ws_1".getBytes(StandardCharsets.UTF_8);
            var value = values[i].getBytes(StandardCharsets.UTF_8);
            var record = new ConsumerRecord<>(
                    "events",
                    0,
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
            records.add(record);
        }
        return records;
    }
}
