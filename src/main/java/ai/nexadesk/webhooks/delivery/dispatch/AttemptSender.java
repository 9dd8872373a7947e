package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.delivery.Verdict;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.HttpSender;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.OutgoingRequest;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.outbound.Timing;
import ai.nexadesk.webhooks.webhook.header.RequestHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import jakarta.inject.Singleton;

/** Makes one attempt: signs the request, sends it, and interprets the outcome. Does not use the database. */
@Singleton
class AttemptSender {

    private final HttpSender sender;
    private final InstantSource clock;
    private final RetrySchedule schedule;
    private final String version;

    AttemptSender(
            HttpSender sender,
            RetrySchedule schedule,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.sender = sender;
        this.clock = clock;
        this.schedule = schedule;
        this.version = version;
    }

    /** Attempts this delivery; a failure is a result, not an exception. */
    CompletionStage<AttemptResult> make(LeasedDelivery lease, SendTarget target) {
        var now = clock.instant();
        var secrets = Objects.requireNonNull(target.secrets()).at(now);
        var ours = SignedHeaders.of(lease.message(), secrets.current(), secrets.pending(), now, version);
        // Values of custom headers are not recorded.
        var shown = joined(
                ours,
                RequestHeaders.masked(
                        target.headers().stream().map(Header::name).toList()));
        if (target.url() == null) {
            var ruledOut = new Outcome.NoResponse(
                    now,
                    Duration.ZERO,
                    Timing.NONE,
                    ErrorCode.ADDRESS_BLOCKED,
                    "This URL is no longer allowed. Edit the webhook and save a different URL.");
            return CompletableFuture.completedStage(result(lease, "", shown, ruledOut));
        }
        return sender.send(new OutgoingRequest(
                        lease.webhookId(), target.url(), joined(ours, target.headers()), lease.body(), target.isSlow()))
                .thenApply(outcome -> result(lease, target.url().toString(), shown, outcome));
    }

    private static List<Header> joined(List<Header> some, List<Header> others) {
        return others.isEmpty()
                ? some
                : Stream.concat(some.stream(), others.stream()).toList();
    }

    private AttemptResult result(LeasedDelivery lease, String url, List<Header> headers, Outcome outcome) {
        var endedAt = outcome.endedAt();
        return new AttemptResult(lease, url, headers, outcome, Verdict.of(lease, outcome, endedAt, schedule));
    }
}
