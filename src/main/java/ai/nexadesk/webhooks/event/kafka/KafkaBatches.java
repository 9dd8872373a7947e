package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.event.InvalidEventException;
import ai.nexadesk.webhooks.event.PublishingMetrics;
import ai.nexadesk.webhooks.tracing.LogIds;
import io.smallrye.mutiny.Uni;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Publishes batches of records, one after another. A batch is acknowledged when all its events are durable and its
 * invalid records are dead letters. Temporary failures are retried indefinitely. A batch that was not acknowledged is
 * read again, and event IDs prevent duplicates.
 */
final class KafkaBatches {

    private static final Logger LOG = Logger.getLogger(KafkaBatches.class);

    /** Publishes a record; see {@link KafkaRecords#publish}. */
    interface PublishingRecords {
        CompletionStage<Optional<InvalidEventException>> publish(ConsumerRecord<byte[], byte[]> record);
    }

    private final KafkaDeadLetters deadLetters;
    private final PublishingRecords publishing;
    private final PublishingMetrics metrics;
    private final Duration pause;
    private final Semaphore inProgress = new Semaphore(1);
    private volatile boolean stopping;

    /**
     * Publishes through these records.
     *
     * @param pause the delay before retrying after a failure
     */
    KafkaBatches(
            KafkaDeadLetters deadLetters, PublishingRecords publishing, PublishingMetrics metrics, Duration pause) {
        this.deadLetters = deadLetters;
        this.publishing = publishing;
        this.metrics = metrics;
        this.pause = pause;
    }

    /**
     * Processes a batch. Completes when it is acknowledged, or when this stops. Fails if Kafka rejects a dead letter:
     * then a new producer, with current credentials, is needed.
     */
    Uni<Void> take(List<ConsumerRecord<byte[], byte[]>> batch, Supplier<CompletionStage<Void>> acknowledge) {
        if (stopping || !inProgress.tryAcquire()) {
            return Uni.createFrom().nothing();
        }
        return store(batch)
                .chain(durable ->
                        durable ? acknowledged(acknowledge) : Uni.createFrom().voidItem())
                .onTermination()
                .invoke(inProgress::release);
    }

    /**
     * Acknowledges a batch. If a commit fails, the next one covers it, or the partition's new consumer reads the batch
     * again.
     */
    private static Uni<Void> acknowledged(Supplier<CompletionStage<Void>> acknowledge) {
        return Uni.createFrom()
                .completionStage(acknowledge)
                .onFailure()
                .invoke(failure -> LOG.warnf("Offsets could not be committed to Kafka: %s", why(failure)))
                .onFailure()
                .recoverWithNull();
    }

    /** Takes no more batches, and stops retrying. */
    void stop() {
        stopping = true;
    }

    /** Waits at most this long until no batch is in progress. */
    void awaitEnd(Duration patience) throws InterruptedException {
        inProgress.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Publishes all records at once, so that they share statements. Returns whether all were stored. */
    private Uni<Boolean> store(List<ConsumerRecord<byte[], byte[]>> records) {
        var left = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var failures = new ArrayList<Throwable>();
        var all = records.stream()
                .map(record ->
                        store(record).onItemOrFailure().transform((done, failure) -> Optional.ofNullable(failure)))
                .toList();
        return Uni.join().all(all).andFailFast().chain(outcomes -> {
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i).isPresent()) {
                    left.add(records.get(i));
                    failures.add(outcomes.get(i).get());
                }
            }
            if (left.isEmpty()) {
                return Uni.createFrom().item(true);
            }
            var refusal = failures.stream().filter(KafkaBatches::isRefusal).findFirst();
            if (refusal.isPresent()) {
                return Uni.createFrom().failure(refusal.get());
            }
            var first = left.get(0);
            LogIds.of("kafkaRecord", first.topic() + "-" + first.partition() + "@" + first.offset())
                    .around(() -> LOG.warnf(
                            "%d Kafka records could not be stored and will be retried: %s",
                            left.size(), why(failures.get(0))));
            return stopping
                    ? Uni.createFrom().item(false)
                    : Uni.createFrom().item(left).onItem().delayIt().by(pause).chain(this::store);
        });
    }

    private Uni<Void> store(ConsumerRecord<byte[], byte[]> record) {
        return Uni.createFrom()
                .completionStage(() -> publishing.publish(record))
                .chain(refusal -> refusal.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : deadLetters.add(record, refusal.get()).invoke(metrics::deadLetter));
    }

    private static boolean isRefusal(Throwable failure) {
        return failure instanceof AuthenticationException || failure instanceof AuthorizationException;
    }

    /** The root cause, which operators need. */
    private static String why(Throwable failure) {
        return String.valueOf(failure.getCause() == null ? failure : failure.getCause());
    }
}
