package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookStats;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** Tells how deliveries fare; pings are left out. */
@ApplicationScoped
class DeliveryStats implements WebhookStats {

    private static final int HOURS = 24;

    private final HourlyCounts counts;
    private final EntityManager entities;
    private final InstantSource clock;

    DeliveryStats(HourlyCounts counts, EntityManager entities, InstantSource clock) {
        this.counts = counts;
        this.entities = entities;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Day ofLastDay(Webhook webhook) {
        return healthOf(List.of(webhook)).get(webhook.id).day();
    }

    @Override
    @Transactional
    public Map<String, Health> healthOf(Collection<Webhook> webhooks) {
        var firstHour = clock.instant().truncatedTo(ChronoUnit.HOURS).minus(HOURS - 1, ChronoUnit.HOURS);
        var tallies = hours(webhooks, firstHour);
        var health = new HashMap<String, Health>();
        for (var webhook : webhooks) {
            health.put(webhook.id, health(webhook, tallies.getOrDefault(webhook.id, new TreeMap<>()), firstHour));
        }
        return health;
    }

    /** The deliveries of a webhook since this hour, by the hour in which they were made; an hour without any is left out. */
    SortedMap<Instant, Tally> hoursOf(Webhook webhook, Instant firstHour) {
        return hours(List.of(webhook), firstHour).getOrDefault(webhook.id, new TreeMap<>());
    }

    private Health health(Webhook webhook, SortedMap<Instant, Tally> tallies, Instant firstHour) {
        var all = new Tally();
        tallies.values().forEach(all::add);
        var day = new Day(
                all.total(),
                all.of(DeliveryStatus.DELIVERED),
                all.of(DeliveryStatus.FAILED),
                all.of(DeliveryStatus.RETRYING),
                all.averageMs(),
                newest(webhook));
        var hours = LongStream.range(0, HOURS)
                .mapToObj(i -> tallies.getOrDefault(firstHour.plus(i, ChronoUnit.HOURS), new Tally()))
                .map(tally -> new Hour(tally.of(DeliveryStatus.DELIVERED), tally.of(DeliveryStatus.FAILED)))
                .toList();
        return new Health(day, hours);
    }

    /** Of webhooks of one workspace. */
    private Map<String, SortedMap<Instant, Tally>> hours(Collection<Webhook> webhooks, Instant firstHour) {
        var tallies = new HashMap<String, SortedMap<Instant, Tally>>();
        for (var count : read(webhooks, firstHour)) {
            tallies.computeIfAbsent(count.webhookId(), id -> new TreeMap<>())
                    .computeIfAbsent(count.hour(), hour -> new Tally())
                    .add(count.status(), count.speed(), count.deliveries(), count.millis());
        }
        return tallies;
    }

    private List<HourlyCounts.Count> read(Collection<Webhook> webhooks, Instant firstHour) {
        if (webhooks.isEmpty()) {
            return List.of();
        }
        var workspaceId = webhooks.iterator().next().workspaceId;
        var ids = webhooks.stream().map(webhook -> webhook.id).toList();
        try {
            return counts.read(workspaceId, ids, firstHour, clock.instant());
        } catch (SQLException e) {
            throw new IllegalStateException("The counts cannot be read now", e);
        }
    }

    private @Nullable Instant newest(Webhook webhook) {
        return entities.createQuery(
                        "select d.id from Delivery d where d.workspaceId = :workspace and d.webhookId = :webhook"
                                + " and d.eventType <> 'ping' order by d.id desc",
                        UUID.class)
                .setParameter("workspace", webhook.workspaceId)
                .setParameter("webhook", webhook.id)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(DeliveryIds::madeAt)
                .orElse(null);
    }
}
