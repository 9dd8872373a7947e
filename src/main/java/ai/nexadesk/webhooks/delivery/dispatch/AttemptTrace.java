package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.tracing.Traceparent;
import ai.nexadesk.webhooks.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;

import jakarta.inject.Singleton;

/**
 * The span of an attempt, created when the attempt is recorded. Contains only IDs: URLs, headers and bodies belong to
 * the customer and may contain secrets.
 */
@Singleton
class AttemptTrace {

    private static final AttributeKey<String> WORKSPACE = AttributeKey.stringKey("nexadesk.workspace.id");
    private static final AttributeKey<String> WEBHOOK = AttributeKey.stringKey("nexadesk.webhook.id");
    private static final AttributeKey<String> EVENT = AttributeKey.stringKey("nexadesk.event.id");
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("nexadesk.event.type");
    private static final AttributeKey<String> DELIVERY = AttributeKey.stringKey("nexadesk.delivery.id");
    private static final AttributeKey<Long> NUMBER = AttributeKey.longKey("nexadesk.attempt.number");
    private static final AttributeKey<String> TRIGGER = AttributeKey.stringKey("nexadesk.attempt.trigger");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    private final Tracing tracing;

    AttemptTrace(Tracing tracing) {
        this.tracing = tracing;
    }

    /** Creates the span of a recorded attempt as a child of the event's publishing span, if that is sampled. */
    void recorded(AttemptResult result) {
        var lease = result.lease();
        if (lease.traceparent() == null || !tracing.isOn()) {
            return;
        }
        var outcome = result.outcome();
        var span = tracing.tracer()
                .spanBuilder("attempt")
                .setSpanKind(SpanKind.CLIENT)
                .setParent(Traceparent.parse(lease.traceparent()))
                .setStartTimestamp(outcome.startedAt())
                .startSpan();
        span.setAttribute(WORKSPACE, lease.workspaceId());
        span.setAttribute(WEBHOOK, lease.webhookId());
        span.setAttribute(EVENT, lease.eventId());
        span.setAttribute(TYPE, lease.eventType());
        span.setAttribute(DELIVERY, DeliveryIds.format(lease.deliveryId()));
        span.setAttribute(NUMBER, (long) lease.number());
        span.setAttribute(TRIGGER, lease.trigger().value());
        if (outcome instanceof Outcome.Responded response) {
            span.setAttribute(STATUS, (long) response.status());
        }
        var error = result.verdict().errorCode();
        if (error != null) {
            span.setAttribute(ERROR, error.value());
            span.setStatus(StatusCode.ERROR);
        }
        span.end(outcome.endedAt());
    }
}
