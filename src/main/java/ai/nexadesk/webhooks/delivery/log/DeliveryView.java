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
 * @param webhookId where it goes
 * @param event the event's type
 * @param eventId the event's id
 * @param status {@code queued}, {@code waiting}, {@code sending}, {@code retrying}, {@code delivered}, {@code failed}, {@code cancelled} or {@code merged}
 * @param attemptCount how many attempts were made, manual ones included
 * @param statusCode what the endpoint answered last; null if it did not
 * @param durationMs how long the latest attempt took; null before the first and where nobody knows
 * @param errorCode why the latest attempt failed; null if it did not
 * @param record the record that the event is about; null if it is about none
 * @param createdAt when the delivery was made
 * @param attemptedAt when the latest attempt began; null before the first
 * @param nextAttemptAt when the next one is due; null if none is
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
                entry.status().word(),
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
     * @param sequence the event's place in the order of publication; null if it is not about a record
     * @param changed the names of the fields that changed; empty if the publisher named none
     * @param previous the former values of fields that changed; null if the publisher told none
     * @param waitingFor the delivery of the same record that it waits for; null if it waits for none
     * @param mergedInto the later delivery that this update was merged into; null unless it was
     * @param actor who caused the event; null if the publisher did not say
     * @param replay the job that sent a past event again; null if none did
     * @param waitsForPace whether it is due and waits for the pace of its webhook
     * @param requestHeaders what the newest attempt carried
     * @param requestBody what is sent, as text; empty if the event is no longer kept
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
     * @param code stable, for programs
     * @param message a sentence for people
     */
    public record Error(String code, @Nullable String message) {}

    /**
     * An attempt.
     *
     * @param number from 1
     * @param trigger {@code automatic} or {@code manual}
     * @param url where it went
     * @param startedAt when it began
     * @param durationMs how long it took; null if it was interrupted
     * @param dnsMs how long the host's name took to resolve; null if it did not
     * @param connectMs how long connecting took after that, TLS included; null if it came to nothing, or a connection
     *     was kept open
     * @param tlsMs what of that was TLS; null if there was none, or nobody knows
     * @param connectionReused whether the answer came over a connection that was kept open since an earlier attempt
     * @param firstByteMs how long the endpoint took after that to begin its answer; null if it did not
     * @param statusCode what the endpoint answered; null if it did not
     * @param error why it failed; null if it did not
     * @param requestHeaders what it carried
     * @param responseHeaders what came back
     * @param responseBody what came back, as text in its declared charset; null if nothing did
     * @param responseBodySize how many bytes of it are kept; null if nothing came back
     * @param responseBodyBase64 the same bytes in Base64, where they are compressed or binary; else null
     * @param truncated whether more came back than is kept
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
                    attempt.trigger.word(),
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
