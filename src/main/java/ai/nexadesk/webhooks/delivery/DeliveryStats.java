package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookStats;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** Counts the log. */
@ApplicationScoped
class DeliveryStats implements WebhookStats {

    private final EntityManager entities;
    private final InstantSource clock;

    DeliveryStats(EntityManager entities, InstantSource clock) {
        this.entities = entities;
        this.clock = clock;
    }

    private record Row(
            DeliveryStatus status,
            Long count,
            @Nullable Long answered,
            @Nullable Long millis) {}

    @Override
    @Transactional
    public Day ofLastDay(Webhook webhook) {
        var rows = entities.createQuery(
                        "select d.status, count(*), sum(case when d.statusCode is null then 0L else 1L end),"
                                + " sum(case when d.statusCode is null then 0L else cast(d.durationMs as long) end)"
                                + " from Delivery d where d.webhookId = :webhook and d.id >= :since"
                                + " and d.eventType <> 'ping' group by d.status",
                        Row.class)
                .setParameter("webhook", webhook.id)
                .setParameter("since", DeliveryIds.lowest(clock.instant().minus(Duration.ofDays(1))))
                .getResultList();
        var counts = new EnumMap<DeliveryStatus, Long>(DeliveryStatus.class);
        rows.forEach(row -> counts.put(row.status, row.count));
        long answered = rows.stream().mapToLong(row -> orZero(row.answered)).sum();
        long millis = rows.stream().mapToLong(row -> orZero(row.millis)).sum();
        return new Day(
                rows.stream().mapToLong(Row::count).sum(),
                counts.getOrDefault(DeliveryStatus.DELIVERED, 0L),
                counts.getOrDefault(DeliveryStatus.FAILED, 0L),
                counts.getOrDefault(DeliveryStatus.RETRYING, 0L),
                answered == 0 ? null : (Long) (millis / answered),
                newest(webhook));
    }

    private @Nullable Instant newest(Webhook webhook) {
        return entities.createQuery(
                        "select d.id from Delivery d where d.webhookId = :webhook"
                                + " and d.eventType <> 'ping' order by d.id desc",
                        UUID.class)
                .setParameter("webhook", webhook.id)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(DeliveryIds::madeAt)
                .orElse(null);
    }

    private static long orZero(@Nullable Long number) {
        return number == null ? 0 : number;
    }
}
