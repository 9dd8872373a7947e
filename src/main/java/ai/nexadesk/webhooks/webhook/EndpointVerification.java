package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.quarkus.narayana.jta.QuarkusTransaction;

import java.util.concurrent.ExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

/** Pings endpoints: they must answer before they receive events, and should reject requests with wrong signatures. */
@ApplicationScoped
public class EndpointVerification {

    private final WebhookSettings settings;
    private final Webhooks webhooks;
    private final Pings pings;
    private final Deliveries deliveries;
    private final ExecutorService executor;

    EndpointVerification(
            WebhookSettings settings, Webhooks webhooks, Pings pings, Deliveries deliveries, ExecutorService executor) {
        this.settings = settings;
        this.webhooks = webhooks;
        this.pings = pings;
        this.deliveries = deliveries;
        this.executor = executor;
    }

    /**
     * Pings a webhook now, again if its URL changes meanwhile. An unverified one that responds becomes active; a
     * disabled one stays disabled.
     *
     * @return the webhook with its newest ping
     */
    public Webhook ping(String id, Caller caller) {
        var pinged = webhooks.get(id, caller);
        var outcome = pings.send(pinged);
        var present = webhooks.changeIf(id, caller, webhook -> {
            if (!webhook.url.equals(pinged.url)) {
                return false;
            }
            var before = webhook.facts();
            webhook.lastPing = outcome;
            if (outcome.ok() && webhook.isUnverified()) {
                webhook.status = WebhookStatus.ACTIVE;
                deliveries.resume(webhook);
            }
            AuditEntry.record(caller, "webhook.pinged", id, outcome.message(), Change.between(before, webhook.facts()));
            return true;
        });
        return present.url.equals(pinged.url) ? present : ping(id, caller);
    }

    /** Pings a webhook. If it is active then, its endpoint also gets a wrongly signed ping, in the background. */
    Webhook verify(String id, Caller caller) {
        var webhook = ping(id, caller);
        if (webhook.isActive() && settings.signatureTest()) {
            executor.execute(() -> test(webhook));
        }
        return webhook;
    }

    /**
     * Pings a webhook with wrong signatures, to test whether its endpoint verifies them.
     *
     * @return the outcome of that ping and its meaning
     */
    public LastPing.SignatureTest testSignatures(String id, Caller caller) {
        var webhook = webhooks.get(id, caller);
        var outcome = test(webhook);
        QuarkusTransaction.requiringNew()
                .run(() -> AuditEntry.record(
                        caller,
                        "webhook.verification_tested",
                        id,
                        outcome.ping().message()));
        return outcome;
    }

    private LastPing.SignatureTest test(Webhook webhook) {
        var outcome = LastPing.SignatureTest.of(pings.sendForged(webhook));
        DatabaseRole.in(webhook.workspaceId).run(() -> {
            Webhook present = Webhook.findById(webhook.id, LockModeType.PESSIMISTIC_WRITE);
            if (present.url.equals(webhook.url)) {
                present.verifies = outcome.verifies();
            }
        });
        return outcome;
    }
}
