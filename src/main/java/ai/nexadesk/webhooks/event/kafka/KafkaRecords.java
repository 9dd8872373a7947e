package ai.nexadesk.webhooks.event.kafka;

import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.EventParser;
import ai.nexadesk.webhooks.event.InvalidEventException;
import ai.nexadesk.webhooks.event.NewEvent;
import ai.nexadesk.webhooks.event.Publishing;
import ai.nexadesk.webhooks.event.PublishingMetrics;
import ai.nexadesk.webhooks.event.PublishingTrace;
import ai.nexadesk.webhooks.event.Receipt;
import ai.nexadesk.webhooks.event.SchemaCheck;
import ai.nexadesk.webhooks.event.UnknownWorkspaceException;
import ai.nexadesk.webhooks.tracing.Traceparent;
import io.opentelemetry.api.trace.SpanKind;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import jakarta.inject.Singleton;

/**
 * Publishes Kafka records. A record's value is like the body of a publishing request, with the same rules. An event
 * without a timestamp gets that of the record. An event without an ID gets one that is the same each time the record is
 * read.
 */
@Singleton
class KafkaRecords {

    private static final byte[] NOTHING = new byte[0];

    private final Publishing publishing;
    private final SchemaCheck schemas;
    private final PublishingTrace trace;
    private final PublishingMetrics metrics;

    KafkaRecords(Publishing publishing, SchemaCheck schemas, PublishingTrace trace, PublishingMetrics metrics) {
        this.publishing = publishing;
        this.schemas = schemas;
        this.trace = trace;
        this.metrics = metrics;
    }

    /**
     * Publishes the events of a record.
     *
     * @return empty when they are durable, or the reason why they are invalid; fails if they cannot be stored now
     */
    CompletionStage<Optional<InvalidEventException>> publish(ConsumerRecord<byte[], byte[]> record) {
        long start = System.nanoTime();
        var request = record.value() == null ? NOTHING : record.value();
        var span = trace.begin(SpanKind.CONSUMER, traceparent(record));
        List<NewEvent> events;
        IntFunction<String> paths;
        try {
            events = trace.mark(span, parser(record).parse(request));
            paths = EventParser.paths(request);
            schemas.check(events, paths);
        } catch (InvalidEventException e) {
            trace.fail(span, e.code());
            return CompletableFuture.completedStage(Optional.of(e));
        }
        return publishing.publishInOrder(events).handle((accepted, failure) -> {
            if (failure == null) {
                var receipt = Receipt.of(accepted);
                metrics.published(receipt, System.nanoTime() - start);
                trace.end(span, receipt);
                return Optional.empty();
            }
            var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            if (cause instanceof UnknownWorkspaceException e) {
                trace.fail(span, UnknownWorkspaceException.CODE);
                return Optional.of(e.in(paths));
            }
            trace.fail(span, "unavailable");
            throw new CompletionException(cause);
        });
    }

    private static EventParser parser(ConsumerRecord<byte[], byte[]> record) {
        var place = new AtomicInteger();
        // The time is included, because a topic that was created again has the same offsets.
        var name = record.topic() + '/' + record.partition() + '/' + record.offset() + '/' + record.timestamp() + '/';
        return new EventParser(
                () -> Instant.ofEpochMilli(record.timestamp()), () -> EventIds.of(name + place.getAndIncrement()));
    }

    private static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader(Traceparent.NAME);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.US_ASCII);
    }
}
