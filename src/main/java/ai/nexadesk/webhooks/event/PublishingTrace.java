package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.tracing.Traceparent;
import ai.nexadesk.webhooks.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import jakarta.inject.Singleton;

/** The span of publishing, from reading the request until its events are durable. Attempts are its children. */
@Singleton
public class PublishingTrace {

    private static final AttributeKey<Long> ACCEPTED = AttributeKey.longKey("nexadesk.events.accepted");
    private static final AttributeKey<Long> DUPLICATES = AttributeKey.longKey("nexadesk.events.duplicate");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private final Tracing tracing;

    PublishingTrace(Tracing tracing) {
        this.tracing = tracing;
    }

    /**
     * Begins the span.
     *
     * @param traceparent the publisher's span; null if it sent none
     */
    public Span begin(SpanKind kind, @Nullable String traceparent) {
        return tracing.isOn()
                ? tracing.tracer()
                        .spanBuilder("publish")
                        .setSpanKind(kind)
                        .setParent(Traceparent.parse(traceparent))
                        .startSpan()
                : Span.getInvalid();
    }

    /** The events with the span, if the span is sampled. */
    public List<NewEvent> mark(Span span, List<NewEvent> events) {
        if (!span.getSpanContext().isSampled()) {
            return events;
        }
        var traceparent = Traceparent.format(span.getSpanContext());
        return events.stream().map(event -> event.in(traceparent)).toList();
    }

    /** Ends the span when the events are durable. */
    public void end(Span span, Receipt receipt) {
        span.setAttribute(ACCEPTED, receipt.accepted());
        span.setAttribute(DUPLICATES, receipt.duplicates());
        span.end();
    }

    /** Ends the span when nothing was stored. */
    public void fail(Span span, String code) {
        span.setAttribute(ERROR, code);
        span.setStatus(StatusCode.ERROR);
        span.end();
    }
}
