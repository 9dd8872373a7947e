package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.sending.AddressPolicy;
import ai.nexadesk.webhooks.sending.ErrorCode;
import ai.nexadesk.webhooks.sending.Header;
import ai.nexadesk.webhooks.sending.HttpSender;
import ai.nexadesk.webhooks.sending.Outcome;
import ai.nexadesk.webhooks.sending.OutgoingRequest;
import ai.nexadesk.webhooks.sending.Resolver;
import ai.nexadesk.webhooks.sending.SignedHeaders;
import ai.nexadesk.webhooks.sending.Timing;
import io.vertx.core.Vertx;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/** Makes one attempt: signs, sends, judges. Touches no database. */
@Singleton
class Attempts {

    private final HttpSender sender;
    private final InstantSource clock;
    private final RetrySchedule schedule;
    private final String version;

    Attempts(
            Vertx vertx,
            AddressPolicy policy,
            Resolver resolver,
            Settings settings,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.sender =
                new HttpSender(vertx, policy, resolver, settings.delivery().timeout(), clock);
        this.clock = clock;
        this.schedule = new RetrySchedule(settings.delivery().retryDelays());
        this.version = version;
    }

    @PreDestroy
    void close() {
        sender.close();
    }

    /** Makes the attempt that this lease allows; a failure is a result, not an exception. */
    CompletionStage<Result> make(Lease lease, Target target) {
        var now = clock.instant();
        var secrets = Objects.requireNonNull(target.secrets()).at(now);
        var headers = SignedHeaders.of(lease.message(), secrets.current(), secrets.pending(), now, version);
        if (target.url() == null) {
            var ruledOut = new Outcome.Unanswered(
                    now,
                    Duration.ZERO,
                    Timing.NONE,
                    ErrorCode.ADDRESS_BLOCKED,
                    "This URL is no longer allowed. Edit the webhook and save a different URL.");
            return CompletableFuture.completedStage(result(lease, "", headers, ruledOut));
        }
        return sender.send(new OutgoingRequest(target.url(), headers, lease.body()))
                .thenApply(outcome -> result(lease, target.url().toString(), headers, outcome));
    }

    private Result result(Lease lease, String url, List<Header> headers, Outcome outcome) {
        var endedAt = outcome.startedAt().plus(outcome.duration());
        return new Result(lease, url, headers, outcome, Verdict.of(lease, outcome, endedAt, schedule));
    }
}
