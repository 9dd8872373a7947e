package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.PublishedEvent;
import ai.nexadesk.webhooks.delivery.dispatch.Dispatcher;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import ai.nexadesk.webhooks.web.Formats;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/**
 * Retries and skips deliveries on request. A retry is one more attempt, made immediately, whatever the status of the
 * delivery.
 */
@ApplicationScoped
public class Retries {

    /** Maximum deliveries that can be selected. */
    private static final int PART = 1_000;

    private final Backlog backlog;
    private final Dispatcher dispatcher;
    private final Housekeeping housekeeping;
    private final InstantSource clock;

    Retries(Backlog backlog, Dispatcher dispatcher, Housekeeping housekeeping, InstantSource clock) {
        this.backlog = backlog;
        this.dispatcher = dispatcher;
        this.housekeeping = housekeeping;
        this.clock = clock;
    }

    /**
     * Retries a delivery now, or as soon as its current attempt ends.
     *
     * @return the delivery before the retry
     * @throws ApiException 404 if there is no such delivery, 409 if it cannot be retried, with the reason
     */
    public Delivery retry(String webhookId, String publicId, Caller caller) {
        var delivery = request(webhookId, publicId, caller);
        dispatcher.claimSoon(delivery.id, webhookId);
        return delivery;
    }

    @Transactional
    Delivery request(String webhookId, String publicId, Caller caller) {
        var delivery = find(webhookId, publicId, caller);
        if (delivery.isPing()) {
            throw ApiException.conflict("ping_not_retried", "Pings can't be retried. Send another ping instead.");
        }
        var webhook = Webhook.inWorkspace(caller.workspaceId(), webhookId)
                .orElseThrow(() -> ApiException.conflict(
                        "webhook_deleted", "This delivery's webhook was deleted, so it cannot be retried."));
        webhook.requireActive("retry");
        if (delivery.status == DeliveryStatus.MERGED) {
            throw ApiException.conflict(
                    "delivery_merged",
                    "This update was merged into delivery " + delivery.mergedId() + ". Retry that one.");
        }
        if (add(Set.of(delivery.id), caller) == 0) {
            @Nullable PublishedEvent event = PublishedEvent.byKey(delivery.eventKey);
            if (event != null && event.goneReason() != null) {
                throw ApiException.conflict("event_erased", event.goneReason() + ", so there is nothing to send.");
            }
            throw ApiException.conflict("event_expired", "This delivery's event is no longer stored.");
        }
        AuditEntry.record(caller, "delivery.retried", publicId, "webhook " + webhookId);
        return delivery;
    }

    private static Delivery find(String webhookId, String publicId, Caller caller) {
        return Delivery.inWorkspace(caller.workspaceId(), publicId)
                .filter(found -> found.webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
    }

    /**
     * Ends a delivery as failed, so that the next one of its record can be sent.
     *
     * @throws ApiException 404 if there is no such delivery, 409 if nothing waits for it, with the reason
     */
    public void skip(String webhookId, String publicId, Caller caller) {
        end(webhookId, publicId, caller);
        housekeeping.soon();
    }

    @Transactional
    void end(String webhookId, String publicId, Caller caller) {
        var delivery = find(webhookId, publicId, caller);
        if (!Webhook.findEvenDeleted(caller.workspaceId(), webhookId)
                .map(Webhook::isInOrder)
                .orElse(false)) {
            throw ApiException.conflict(
                    "not_ordered", "This webhook does not deliver in order, so no delivery waits for another one.");
        }
        try {
            if (!backlog.skip(caller.workspaceId(), delivery.id)) {
                throw ApiException.conflict(
                        "delivery_finished", "This delivery has ended, so no other delivery waits for it.");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("The delivery cannot be skipped now", e);
        }
        AuditEntry.record(caller, "delivery.skipped", publicId, "webhook " + webhookId);
    }

    /**
     * Retries these deliveries.
     *
     * @return how many are retried; inactive webhooks and pings are skipped
     */
    public int retryThese(Collection<String> publicIds, Caller caller) {
        var ids = publicIds.stream()
                .limit(PART)
                .flatMap(id -> DeliveryIds.parse(id).stream())
                .collect(Collectors.toSet());
        int retried = requestThese(ids, caller);
        housekeeping.soon();
        return retried;
    }

    @Transactional
    int requestThese(Set<UUID> ids, Caller caller) {
        int retried = add(ids, caller);
        AuditEntry.record(
                caller, "delivery.retried_all", "", Formats.of(retried, "selected delivery", "selected deliveries"));
        return retried;
    }

    private int add(Set<UUID> deliveries, Caller caller) {
        try {
            return backlog.retry(caller.workspaceId(), deliveries, null, clock.instant());
        } catch (SQLException e) {
            throw new IllegalStateException("The retry cannot be stored now", e);
        }
    }
}
