package ai.nexadesk.webhooks.webhook.secret;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.outbound.SigningSecret;
import ai.nexadesk.webhooks.webhook.SecretCipher;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.Webhooks;
import io.quarkus.narayana.jta.QuarkusTransaction;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Shows, rotates and switches signing secrets. {@code WebhookEditor} creates the first one. Must be called outside of
 * transactions.
 */
@ApplicationScoped
public class SecretService {

    static final int DEFAULT_OVERLAP_HOURS = 24;

    /** The longest overlap of two secrets, in hours. */
    public static final int MAX_OVERLAP_HOURS = 168;

    private final Webhooks webhooks;
    private final SecretCipher cipher;
    private final InstantSource clock;

    SecretService(Webhooks webhooks, SecretCipher cipher, InstantSource clock) {
        this.webhooks = webhooks;
        this.cipher = cipher;
        this.clock = clock;
    }

    /** The secrets to sign with at this moment. */
    public SecretPair of(Webhook webhook) {
        var pending = webhook.pendingSecret == null ? null : cipher.open(webhook.pendingSecret, webhook);
        return new SecretPair(cipher.open(webhook.secret, webhook), pending, webhook.pendingFrom).at(clock.instant());
    }

    /** Returns the signing secrets, and records that in the audit log. */
    public SecretPair reveal(String id, Caller caller) {
        return QuarkusTransaction.requiringNew().call(() -> {
            var webhook = Webhook.inWorkspace(caller.workspaceId(), id).orElseThrow(ApiException::notFound);
            AuditEntry.record(caller, "webhook.secret_revealed", id, "");
            return of(webhook);
        });
    }

    /**
     * Creates a new secret, which is pending during the overlap and then becomes the current one.
     *
     * @param overlapHours 0 to {@value #MAX_OVERLAP_HOURS}; 0 switches immediately
     * @throws ApiException 400 if the overlap is out of range, 409 if a rotation is under way
     */
    public SecretPair rotate(String id, int overlapHours, Caller caller) {
        if (overlapHours < 0 || overlapHours > MAX_OVERLAP_HOURS) {
            throw ApiException.invalid(
                    "overlap_hours", "The overlap must be from 0 to " + MAX_OVERLAP_HOURS + " hours.");
        }
        return of(webhooks.change(id, caller, webhook -> {
            settle(webhook);
            if (webhook.pendingSecret != null) {
                throw ApiException.conflict(
                        "rotation_under_way",
                        "A new secret is already pending. Switch to it first, or wait until the overlap ends.");
            }
            var sealed = cipher.seal(SigningSecret.generate(), webhook);
            if (overlapHours == 0) {
                webhook.secret = sealed;
            } else {
                webhook.pendingSecret = sealed;
                webhook.pendingFrom = clock.instant().plus(Duration.ofHours(overlapHours));
            }
            AuditEntry.record(caller, "webhook.secret_rotated", id, "overlap of " + overlapHours + " h");
        }));
    }

    /**
     * Ends the overlap of a rotation now: the pending secret becomes the current one.
     *
     * @throws ApiException 409 if no secret is pending
     */
    public SecretPair switchNow(String id, Caller caller) {
        return of(webhooks.change(id, caller, webhook -> {
            if (webhook.pendingSecret == null) {
                throw ApiException.conflict("no_pending_secret", "No new secret is pending.");
            }
            webhook.pendingFrom = clock.instant();
            settle(webhook);
            AuditEntry.record(caller, "webhook.secret_switched", id, "");
        }));
    }

    /** Replaces current secrets whose overlap has ended. Signing does not depend on this. */
    public void settleRotations() {
        DatabaseRole.ENGINE.run(() -> {
            List<Webhook> due = Webhook.list("pendingFrom <= ?1", clock.instant());
            for (var webhook : due) {
                settle(webhook);
                AuditEntry.byUs(
                                webhook.workspaceId,
                                clock.instant(),
                                "webhook.secret_switched",
                                webhook.id,
                                "the overlap is over",
                                List.of())
                        .persist();
            }
        });
    }

    private void settle(Webhook webhook) {
        if (webhook.pendingSecret != null && !webhook.isRotating(clock.instant())) {
            webhook.secret = webhook.pendingSecret;
            webhook.pendingSecret = null;
            webhook.pendingFrom = null;
        }
    }
}
