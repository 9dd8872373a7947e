package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliverySettings;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.event.EventParser;
import ai.nexadesk.webhooks.event.NewEvent;
import ai.nexadesk.webhooks.event.Publishing;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.webhook.LastPing;
import ai.nexadesk.webhooks.webhook.Pings;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.secret.SecretPair;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;

/** Sends pings. They are stored, signed, sent and logged like other deliveries, but immediately and only once. */
@ApplicationScoped
class PingSender implements Pings {

    private static final Duration SLACK = Duration.ofSeconds(2);

    private final Publishing publishing;
    private final Dispatcher dispatcher;
    private final EndpointCache endpoints;
    private final InstantSource clock;
    private final Duration patience;

    PingSender(
            Publishing publishing,
            Dispatcher dispatcher,
            EndpointCache endpoints,
            InstantSource clock,
            DeliverySettings settings) {
        this.publishing = publishing;
        this.dispatcher = dispatcher;
        this.endpoints = endpoints;
        this.clock = clock;
        this.patience = settings.timeout().plus(SLACK);
    }

    @Override
    public LastPing send(Webhook webhook) {
        return send(newPing(webhook), webhook, endpoints.targetOf(webhook));
    }

    /** Sends a ping with all signatures made with a random secret. */
    @Override
    public LastPing sendForged(Webhook webhook) {
        var wrong = new SecretPair(SigningSecret.generate(), null, null);
        return send(
                newPing(webhook).forged(), webhook, endpoints.targetOf(webhook).signedWith(wrong));
    }

    private NewEvent newPing(Webhook webhook) {
        var data = "{\"webhook_id\":\"" + webhook.id + "\"}";
        return EventParser.newEvent(LeasedDelivery.PING, clock.instant(), webhook.workspaceId, data);
    }

    private LastPing send(NewEvent event, Webhook webhook, SendTarget target) {
        var result = publishing.publishTo(
                event, webhook.id, leased -> dispatcher.attemptNow(leased.delivery(), leased.owner(), target));
        try {
            return outcome(result.toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The ping of webhook " + webhook.id + " ended without a result", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for a ping", e);
        }
    }

    private static LastPing outcome(AttemptResult result) {
        var outcome = result.outcome();
        var verdict = result.verdict();
        boolean ok = verdict.status() == DeliveryStatus.DELIVERED;
        @Nullable Integer status = outcome instanceof Outcome.Responded response ? (Integer) response.status() : null;
        long millis = outcome.duration().toMillis();
        var message = ok ? "Your endpoint responded with 200 in " + millis + " ms." : verdict.errorMessage();
        var code = verdict.errorCode();
        return new LastPing(
                outcome.startedAt(),
                ok,
                status,
                millis,
                code == null ? null : code.value(),
                message == null ? "" : message);
    }
}
