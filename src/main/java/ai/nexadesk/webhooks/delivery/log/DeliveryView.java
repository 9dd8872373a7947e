package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.outbound.Header;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * A line of the log as shown in the REST API.
 *
 * @param id {@code dlv_…}
 * @param webhookId the webhook
 * @param event the event's type
 * @param eventId the event's ID
 * @param status {@code queued}, {@code waiting}, {@code sending}, {@code retrying}, {@code delivered}, {@code failed},
 *     {@code cancelled} or {@code merged}
 * @param attemptCount the number of attempts, including manual ones
 * @param statusCode the status code of the latest attempt's response; null if there was none
 * @param durationMs how long the latest attempt took; null before the first, or if unknown
 * @param errorCode why the latest attempt failed; null if it did not
 * @param record the event's record; null if it has none
 * @param createdAt when the delivery was created
 * @param attemptedAt when the latest attempt began; null before the first
 * @param nextAttemptAt when the next attempt is due; null if none is
 */
public record DeliveryView(
        String id,
        String webhookId,
        String event,
        String eventId,
        String status,
        int attemptCount,
        @Nullable Integer statusCode,
        @Nullable Integer durationMs,
        @Nullable String errorCode,
        @Nullable String record,
        Instant createdAt,
        @Nullable Instant attemptedAt,
        @Nullable Instant nextAttemptAt) {

    static DeliveryView of(LogEntry entry) {
        var delivery = entry.delivery();
        return new DeliveryView(
                delivery.publicId(),
                delivery.webhookId,
                delivery.eventType,
                delivery.eventId,
                entry.status().value(),
                delivery.attempts,
                delivery.statusCode,
                delivery.durationMs,
                delivery.errorCode,
                entry.record(),
                delivery.createdAt(),
                delivery.attemptedAt,
                entry.nextAttemptAt());
    }

    /**
     * A delivery with its request and every attempt.
     *
     * @param delivery the line of the log
     * @param sequence the event's place in the order of publication; null if it has no record
     * @param changed the names of the fields that changed; empty if unknown
     * @param previous the previous values of changed fields; null if unknown
     * @param waitingFor the delivery of the same record that it waits for; null if it waits for none
     * @param mergedInto the later delivery that this update was merged into; null if it was not merged
     * @param actor who caused the event; null if unknown
     * @param replay the job that sent a past event again; null if it was not sent by a job
     * @param waitsForPace whether it is due and waits for the pace of its webhook
     * @param requestHeaders the headers of the newest attempt
     * @param requestBody the request body as text; empty if the event is no longer kept
     * @param attempts every attempt, newest first
     */
    public record Full(
            @JsonUnwrapped DeliveryView delivery,
            @Nullable String sequence,
            List<String> changed,
            @JsonRawValue @Nullable String previous,
            @Nullable BlockingDelivery waitingFor,
            @Nullable String mergedInto,
            @Nullable String actor,
            @Nullable String replay,
            boolean waitsForPace,
            List<Header> requestHeaders,
            String requestBody,
            List<AttemptView> attempts) {

        static Full of(DeliveryLog.Detail detail, boolean waitsForPace) {
            var newest = detail.attempts().stream().findFirst();
            return new Full(
                    DeliveryView.of(detail.entry()),
                    detail.sequence(),
                    detail.context().changed(),
                    detail.previous(),
                    detail.blockedBy(),
                    detail.mergedInto(),
                    detail.context().actor(),
                    detail.entry().delivery().replayId(),
                    waitsForPace,
                    newest.map(Attempt::requestHeaders).orElse(List.of()),
                    detail.requestBody(),
                    detail.attempts().stream().map(AttemptView::of).toList());
        }
    }

    /**
     * Why an attempt failed.
     *
     * @param code a stable code for programs
     * @param message a sentence for people
     */
    public record Error(String code, @Nullable String message) {}

    /**
     * An attempt.
     *
     * @param number from 1
     * @param trigger {@code automatic} or {@code manual}
     * @param url the URL that the request was sent to
     * @param startedAt when it began
     * @param durationMs how long it took; null if it was interrupted
     * @param dnsMs how long resolving the host's name took; null if it did not resolve
     * @param connectMs how long connecting took after that, TLS included; null if connecting failed, or an open
     *     connection was reused
     * @param tlsMs the part of {@code connectMs} spent on TLS; null if there was none, or if unknown
     * @param connectionReused whether the response came over a connection kept open since an earlier attempt
     * @param firstByteMs how long the endpoint then took to start its response; null if there was none
     * @param statusCode the status code of the response; null if there was none
     * @param error why it failed; null if it did not
     * @param requestHeaders the request headers
     * @param responseHeaders the response headers
     * @param responseBody the response body as text in its declared charset; null if there was no response
     * @param responseBodySize how many bytes of it are kept; null if there was no response
     * @param responseBodyBase64 the same bytes in Base64 if they are compressed or binary; otherwise null
     * @param truncated whether the response was longer than the part that is kept
     */
    public record AttemptView(
            int number,
            String trigger,
            String url,
            Instant startedAt,
            @Nullable Integer durationMs,
            @Nullable Integer dnsMs,
            @Nullable Integer connectMs,
            @Nullable Integer tlsMs,
            boolean connectionReused,
            @Nullable Integer firstByteMs,
            @Nullable Integer statusCode,
            @Nullable Error error,
            List<Header> requestHeaders,
            List<Header> responseHeaders,
            @Nullable String responseBody,
            @Nullable Integer responseBodySize,
            @Nullable String responseBodyBase64,
            boolean truncated) {

        static AttemptView of(Attempt attempt) {
            var body = attempt.response();
            return new AttemptView(
                    attempt.number,
                    attempt.trigger.value(),
                    attempt.url,
                    attempt.startedAt,
                    attempt.durationMs,
                    attempt.dnsMs,
                    attempt.connectMs,
                    attempt.tlsMs,
                    attempt.isOnKeptConnection(),
                    attempt.firstByteMs,
                    attempt.statusCode,
                    attempt.errorCode == null ? null : new Error(attempt.errorCode, attempt.errorMessage),
                    attempt.requestHeaders(),
                    attempt.responseHeaders(),
                    attempt.isAnswered() ? body.text() : null,
                    attempt.isAnswered() ? body.size() : null,
                    body.isText() ? null : Base64.getEncoder().encodeToString(body.bytes()),
                    attempt.truncated);
        }
    }
}
