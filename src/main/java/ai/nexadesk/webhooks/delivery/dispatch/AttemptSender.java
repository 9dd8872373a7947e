package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.Lease;
import ai.nexadesk.webhooks.delivery.RetrySchedule;
import ai.nexadesk.webhooks.delivery.Verdict;
import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.Header;
import ai.nexadesk.webhooks.outbound.HttpSender;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.OutgoingRequest;
import ai.nexadesk.webhooks.outbound.SignedHeaders;
import ai.nexadesk.webhooks.outbound.Timing;
import ai.nexadesk.webhooks.outbound.TrustedCertificates;
import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.Resolver;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/** Makes one attempt: signs, sends, judges. Touches no database. */
@Singleton
class AttemptSender {

    private final HttpSender sender;
    private final InstantSource clock;
    private final RetrySchedule schedule;
    private final String version;

    AttemptSender(
            Vertx vertx,
            AddressPolicy policy,
            Resolver resolver,
            Settings settings,
            InstantSource clock,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.sender = new HttpSender(
                vertx,
                policy,
                resolver,
                settings.delivery().timeout(),
                clock,
                HttpSender.Options.DEFAULT.trusting(trusted(settings.outgoing().trustedCertificates())));
        this.clock = clock;
        this.schedule = new RetrySchedule(settings.delivery().retryDelays());
        this.version = version;
    }

    private static List<X509Certificate> trusted(Optional<Path> file) {
        try {
            return file.isEmpty() ? List.of() : TrustedCertificates.read(file.get());
        } catch (IOException e) {
            throw new ConfigurationException("nexadesk.outgoing.trusted-certificates " + e.getMessage() + '.', e);
        }
    }

    @PreDestroy
    void close() {
        sender.close();
    }

    /** Makes the attempt that this lease allows; a failure is a result, not an exception. */
    CompletionStage<AttemptResult> make(Lease lease, SendTarget target) {
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
        return sender.send(new OutgoingRequest(lease.webhookId(), target.url(), headers, lease.body()))
                .thenApply(outcome -> result(lease, target.url().toString(), headers, outcome));
    }

    private AttemptResult result(Lease lease, String url, List<Header> headers, Outcome outcome) {
        var endedAt = outcome.startedAt().plus(outcome.duration());
        return new AttemptResult(lease, url, headers, outcome, Verdict.of(lease, outcome, endedAt, schedule));
    }
}
