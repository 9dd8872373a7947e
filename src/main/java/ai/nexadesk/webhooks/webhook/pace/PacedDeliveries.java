package ai.nexadesk.webhooks.webhook.pace;

import io.quarkus.narayana.jta.QuarkusTransaction;

import java.time.InstantSource;
import jakarta.inject.Singleton;
import jakarta.persistence.EntityManager;

/** Counts deliveries that wait because of the pace of their webhook. */
@Singleton
public class PacedDeliveries {

    private static final int COUNTED = 10_000;

    private final EntityManager entities;
    private final InstantSource clock;

    PacedDeliveries(EntityManager entities, InstantSource clock) {
        this.entities = entities;
        this.clock = clock;
    }

    /** How many deliveries of this webhook are due and have not begun, up to 10,000; none if it has no pace. */
    public long waiting(String webhookId, Pace pace) {
        return pace.isNone()
                ? 0
                : QuarkusTransaction.joiningExisting().call(() -> ((Number) entities.createNativeQuery("""
                        select count(*) from (select from work
                            where webhook_id = :webhook and owner is null and due_at <= :now and not ended limit :most) w
                        """)
                                .setParameter("webhook", webhookId)
                                .setParameter("now", clock.instant())
                                .setParameter("most", COUNTED)
                                .getSingleResult())
                        .longValue());
    }
}
