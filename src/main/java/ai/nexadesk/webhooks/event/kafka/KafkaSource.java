package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.event.PublishingMetrics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/**
 * Publishing from Kafka, if {@code nexadesk.kafka.bootstrap-servers} is set: each replica consumes a share of the
 * topic's partitions. Otherwise, no connector, client or thread is created. After any failure, the clients are closed
 * and recreated after a pause, starting with the uncommitted records.
 */
@ApplicationScoped
class KafkaSource {

    private static final Logger LOG = Logger.getLogger(KafkaSource.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final KafkaClients clients;
    private final KafkaDeadLetters deadLetters;
    private final KafkaRecords records;
    private final PublishingMetrics metrics;
    private @Nullable Cancellable subscription;
    private volatile @Nullable Consuming consuming;
    private boolean stopping;

    KafkaSource(KafkaSettings settings, KafkaClients clients, KafkaRecords records, PublishingMetrics metrics) {
        this.settings = settings;
        this.clients = clients;
        this.deadLetters = new KafkaDeadLetters(clients::send, settings.deadLetterTopic());
        this.records = records;
        this.metrics = metrics;
        metrics.watch(() -> settings.bootstrapServers().isEmpty() ? null : isConsuming() ? 1 : 0);
    }

    /** A consumer and its stream, until something fails. */
    private record Consuming(KafkaBatches batches, Multi<KafkaClients.Batch> stored) {}

    void start(@Observes StartupEvent event) {
        if (settings.bootstrapServers().isPresent()) {
            // Wrong settings fail here. Brokers that cannot be reached are waited for.
            try {
                consuming = open();
            } catch (RuntimeException e) {
                throw new ConfigurationException(
                        "The nexadesk.kafka.* settings are invalid: " + e.getMessage()
                                + (e.getCause() == null
                                        ? ""
                                        : ": " + e.getCause().getMessage()),
                        e);
            }
            subscription = new KafkaReopening(PAUSE, LONGEST_PAUSE)
                    .of(this::stream, this::interrupted)
                    .subscribe()
                    .with(stored -> {});
        }
    }

    /** Whether events are being consumed. */
    boolean isConsuming() {
        return consuming != null && clients.isInGroup();
    }

    private Consuming open() {
        var batches = new KafkaBatches(deadLetters, records::publish, metrics, PAUSE);
        // One batch after another, on another thread, because parsing would block the event loop.
        var stored = clients.open().onItem().transformToUniAndConcatenate(batch -> batches.take(
                        batch.records(), batch::acknowledge)
                .replaceWith(batch)
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()));
        return new Consuming(batches, stored);
    }

    private synchronized Multi<KafkaClients.Batch> stream() {
        if (stopping) {
            return Multi.createFrom().nothing();
        }
        var current = consuming;
        if (current == null) {
            current = open();
            consuming = current;
        }
        return current.stored();
    }

    private synchronized void interrupted(Throwable why, Duration pause) {
        if (!stopping) {
            metrics.interrupted();
            LOG.warnf(
                    "Consuming events from Kafka was interrupted; restarting in %d s: %s",
                    pause.toSeconds(), why.getCause() == null ? why : why.getCause());
            var current = consuming;
            if (current != null) {
                current.batches().stop();
                consuming = null;
            }
            clients.close();
        }
    }

    /** Runs before publishing stops, so that fetched records are stored and committed. */
    void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event)
            throws InterruptedException {
        var current = subscription;
        if (current != null) {
            endConsuming();
            current.cancel();
        }
    }

    private synchronized void endConsuming() throws InterruptedException {
        stopping = true;
        var current = consuming;
        if (current != null) {
            current.batches().stop();
            current.batches().awaitEnd(TIMEOUT);
            clients.close();
        }
    }
}
