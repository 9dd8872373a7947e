package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.Work;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import jakarta.persistence.EntityManager;

/**
 * The delivery that others of its record wait for.
 *
 * @param id {@code dlv_…}
 * @param until when its next attempt is due; null while one is in progress, or until its webhook is verified
 */
public record Ahead(String id, @Nullable Instant until) {

    private static final String TURN = """
            from Work w where w.webhookId = :webhook and w.record = :record and w.owner is distinct from :nobody
            order by w.eventKey, w.deliveryId
            """;

    /** For whom this one waits; empty if for none. */
    static Optional<Ahead> of(@Nullable Work work, EntityManager entities) {
        if (work == null || !work.isWaiting()) {
            return Optional.empty();
        }
        return entities.createQuery(TURN, Work.class)
                .setParameter("webhook", work.webhookId)
                .setParameter("record", work.record)
                .setParameter("nobody", Work.NOBODY)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(turn -> new Ahead(
                        DeliveryIds.format(turn.deliveryId),
                        turn.owner == null && !LogEntry.isHeld(turn) ? turn.dueAt : null));
    }
}
