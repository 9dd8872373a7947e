package ai.nexadesk.webhooks.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** A span in the format of W3C Trace Context: {@code 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01}. */
public final class Traceparent {

    /** The name of the HTTP header, and of the header of a Kafka record, that carries it. */
    public static final String NAME = "traceparent";

    private static final TextMapGetter<String> ONLY = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String traceparent) {
            return List.of(NAME);
        }

        @Override
        public @Nullable String get(@Nullable String traceparent, String key) {
            return key.equals(NAME) ? traceparent : null;
        }
    };

    private Traceparent() {}

    /** The parent context for children of this span; the root context if the text is missing or malformed. */
    public static Context parse(@Nullable String traceparent) {
        return traceparent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, ONLY);
    }

    /** Formats a span. */
    public static String format(SpanContext span) {
        return "00-" + span.getTraceId() + '-' + span.getSpanId() + '-'
                + span.getTraceFlags().asHex();
    }
}
