package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import ai.nexadesk.webhooks.webhook.Webhook;

import java.sql.SQLException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Gives a delivery up for which later ones of its record wait. */
@ApplicationScoped
public class Skips {

    private final Backlog backlog;
    private final Housekeeping housekeeping;

    Skips(Backlog backlog, Housekeeping housekeeping) {
        this.backlog = backlog;
        this.housekeeping = housekeeping;
    }

    /**
     * Ends a delivery as failed and lets the next one of its record go.
     *
     * @throws ApiException 404 if there is no such delivery, 409 if nothing waits for it, with the reason
     */
    public void skip(String webhookId, String publicId, Caller caller) {
        end(webhookId, publicId, caller);
        housekeeping.soon();
    }

    @Transactional
    void end(String webhookId, String publicId, Caller caller) {
        var delivery = Delivery.inWorkspace(caller.workspaceId(), publicId)
                .filter(found -> found.webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
        if (!Webhook.everInWorkspace(caller.workspaceId(), webhookId)
                .map(Webhook::isInOrder)
                .orElse(false)) {
            throw ApiException.conflict(
                    "not_ordered", "This webhook does not deliver in order, so no delivery waits for another one.");
        }
        if (!unfinished(delivery, caller)) {
            throw ApiException.conflict(
                    "delivery_finished", "This delivery has ended, so no other delivery waits for it.");
        }
        AuditEntry.record(caller, "delivery.skipped", publicId, "webhook " + webhookId);
    }

    private boolean unfinished(Delivery delivery, Caller caller) {
        try {
            return backlog.skip(caller.workspaceId(), delivery.id);
        } catch (SQLException e) {
            throw new IllegalStateException("The delivery cannot be skipped now", e);
        }
    }
}
