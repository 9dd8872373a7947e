package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.Work;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import jakarta.persistence.EntityManager;

/**
 * The delivery that other deliveries of its record wait for.
 *
 * @param id {@code dlv_…}
 * @param until when its next attempt is due; null while one is in progress, or while its webhook is not verified
 */
public record BlockingDelivery(String id, @Nullable Instant until) {

    private static final String FIRST_OF_RECORD = """
            from Work w where w.webhookId = :webhook and w.record = :record and w.owner is distinct from :waiting_owner
            order by w.eventKey, w.deliveryId
            """;

    /** The delivery that this work waits for; empty if it waits for none. */
    static Optional<BlockingDelivery> of(@Nullable Work work, EntityManager entities) {
        if (work == null || !work.isWaiting()) {
            return Optional.empty();
        }
        return entities.createQuery(FIRST_OF_RECORD, Work.class)
                .setParameter("webhook", work.webhookId)
                .setParameter("record", work.record)
                .setParameter("waiting_owner", Work.WAITING_OWNER)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(first -> new BlockingDelivery(
                        DeliveryIds.format(first.deliveryId),
                        first.owner == null && !LogEntry.isHeld(first) ? first.dueAt : null));
    }
}
