package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.tracing.LogIds;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Takes records from Kafka, batch by batch, and commits a batch when every event of it is durable and every record that can never
 * be published is a dead letter. What cannot be stored now is tried again for as long as it takes; nothing new is fetched
 * meanwhile. A batch that was not committed is read again, and event ids tell what was stored before.
 */
final class KafkaIntake implements AutoCloseable {

    /** How long Kafka may take to commit or to end. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(KafkaIntake.class);

    /** Also how long a stop waits for it. */
    private static final Duration POLL = Duration.ofMillis(200);

    /** Publishes a record; see {@link KafkaRecords#publish}. */
    interface PublishingRecords {
        CompletionStage<Optional<InvalidEventException>> publish(ConsumerRecord<byte[], byte[]> record);
    }

    private final Consumer<byte[], byte[]> consumer;
    private final DeadLetters deadLetters;
    private final PublishingRecords publishing;
    private final PublishingMetrics metrics;
    private final Duration pause;
    private volatile boolean stopping;

    /**
     * Takes records from a consumer that is subscribed.
     *
     * @param pause before what could not be stored is tried again
     */
    KafkaIntake(
            Consumer<byte[], byte[]> consumer,
            DeadLetters deadLetters,
            PublishingRecords publishing,
            PublishingMetrics metrics,
            Duration pause) {
        this.consumer = consumer;
        this.deadLetters = deadLetters;
        this.publishing = publishing;
        this.metrics = metrics;
        this.pause = pause;
    }

    /** Goes on until it is stopped. */
    void run() {
        while (!stopping) {
            takeBatch();
        }
    }

    /** Lets {@link #run} end soon. */
    void stop() {
        stopping = true;
    }

    void takeBatch() {
        var batch = poll(POLL);
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        note(batch, offsets);
        var left = handle(batch);
        while (!left.isEmpty()) {
            if (stopping) {
                return;
            }
            var meanwhile = idle();
            note(meanwhile, offsets);
            left.addAll(meanwhile);
            left = handle(left);
        }
        consumer.resume(consumer.paused());
        commit(offsets);
    }

    /** Nothing is fetched meanwhile, but for partitions that Kafka hands over just now; it must see that we are alive. */
    private List<ConsumerRecord<byte[], byte[]>> idle() {
        consumer.pause(consumer.assignment());
        return poll(pause);
    }

    private List<ConsumerRecord<byte[], byte[]>> poll(Duration time) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.poll(time).forEach(records::add);
        return records;
    }

    private static void note(
            List<ConsumerRecord<byte[], byte[]>> records, HashMap<TopicPartition, OffsetAndMetadata> offsets) {
        for (var record : records) {
            offsets.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
    }

    /** All at once, so that they share statements; tells what is to be tried again. */
    private List<ConsumerRecord<byte[], byte[]>> handle(List<ConsumerRecord<byte[], byte[]>> records) {
        var ends = records.stream()
                .map(record -> handle(record).toCompletableFuture())
                .toList();
        var left = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        String why = "";
        for (int i = 0; i < records.size(); i++) {
            try {
                ends.get(i).join();
            } catch (CompletionException e) {
                left.add(records.get(i));
                why = why(e.getCause());
            }
        }
        if (!left.isEmpty()) {
            var first = left.get(0);
            var reason = why;
            LogIds.of("kafkaRecord", first.topic() + "-" + first.partition() + "@" + first.offset())
                    .around(() -> LOG.warnf(
                            "%d records of Kafka cannot be stored now and are tried again: %s", left.size(), reason));
        }
        return left;
    }

    /** What operators can do something about is what went wrong first. */
    private static String why(Throwable failure) {
        return String.valueOf(failure.getCause() == null ? failure : failure.getCause());
    }

    private CompletionStage<Void> handle(ConsumerRecord<byte[], byte[]> record) {
        return publishing.publish(record).thenCompose(refusal -> {
            if (refusal.isEmpty()) {
                return CompletableFuture.completedStage(null);
            }
            return deadLetters.add(record, refusal.get()).thenRun(metrics::deadLetter);
        });
    }

    private void commit(HashMap<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, PATIENCE);
        } catch (KafkaException e) {
            // The next commit covers it, or whoever has the partition now reads the batch again.
            LOG.warnf("Offsets could not be committed to Kafka: %s", e.getMessage());
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(PATIENCE));
        deadLetters.close();
    }
}
