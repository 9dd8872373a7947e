package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookStats;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Duration;
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

    private static final HourlyCounts.Grain BY_HOUR = new HourlyCounts.Grain(Duration.ofHours(1), false);

    private static final String NEWEST = "select w.id, (select d.id from Delivery d where d.workspaceId = w.workspaceId"
            + " and d.webhookId = w.id and d.id >= :since and d.eventType <> 'ping' order by d.id desc limit 1)"
            + " from Webhook w where w.id in :webhooks";

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
        var tallies = tallies(webhooks, BY_HOUR, firstHour);
        var newest = newest(webhooks);
        var health = new HashMap<String, Health>();
        for (var webhook : webhooks) {
            var ofWebhook = tallies.getOrDefault(webhook.id, new TreeMap<>());
            health.put(webhook.id, health(ofWebhook, newest.get(webhook.id), firstHour));
        }
        return health;
    }

    /** The deliveries of a webhook since this hour, by steps of so many hours; one without any is left out. */
    SortedMap<Instant, Tally> talliesOf(Webhook webhook, Duration step, Instant firstHour) {
        return tallies(List.of(webhook), new HourlyCounts.Grain(step, true), firstHour)
                .getOrDefault(webhook.id, new TreeMap<>());
    }

    /** The last 24 hours of this webhook, where its deliveries since the first of them are known already. */
    @Transactional
    Day ofLastDay(Webhook webhook, SortedMap<Instant, Tally> tallies) {
        return day(tallies, newest(List.of(webhook)).get(webhook.id));
    }

    private static Day day(SortedMap<Instant, Tally> tallies, @Nullable Instant newest) {
        var all = new Tally();
        tallies.values().forEach(all::add);
        return new Day(
                all.total(),
                all.of(DeliveryStatus.DELIVERED),
                all.of(DeliveryStatus.FAILED),
                all.of(DeliveryStatus.RETRYING),
                all.averageMs(),
                newest);
    }

    private static Health health(SortedMap<Instant, Tally> tallies, @Nullable Instant newest, Instant firstHour) {
        var hours = LongStream.range(0, HOURS)
                .mapToObj(i -> tallies.getOrDefault(firstHour.plus(i, ChronoUnit.HOURS), new Tally()))
                .map(tally -> new Hour(tally.of(DeliveryStatus.DELIVERED), tally.of(DeliveryStatus.FAILED)))
                .toList();
        return new Health(day(tallies, newest), hours);
    }

    /** Of webhooks of one workspace. */
    private Map<String, SortedMap<Instant, Tally>> tallies(
            Collection<Webhook> webhooks, HourlyCounts.Grain grain, Instant firstHour) {
        var tallies = new HashMap<String, SortedMap<Instant, Tally>>();
        for (var count : read(webhooks, grain, firstHour)) {
            tallies.computeIfAbsent(count.webhookId(), id -> new TreeMap<>())
                    .computeIfAbsent(count.hour(), hour -> new Tally())
                    .add(count.status(), count.speed(), count.deliveries(), count.millis());
        }
        return tallies;
    }

    private List<HourlyCounts.Count> read(Collection<Webhook> webhooks, HourlyCounts.Grain grain, Instant firstHour) {
        if (webhooks.isEmpty()) {
            return List.of();
        }
        var workspaceId = webhooks.iterator().next().workspaceId;
        var ids = webhooks.stream().map(webhook -> webhook.id).toList();
        try {
            return counts.read(workspaceId, ids, grain, firstHour, clock.instant());
        } catch (SQLException e) {
            throw new IllegalStateException("The counts cannot be read now", e);
        }
    }

    /** When the latest delivery of each was made; those that have none are left out. */
    private Map<String, Instant> newest(Collection<Webhook> webhooks) {
        var newest = new HashMap<String, Instant>();
        // Most have one of late: the days before are looked at for the others only.
        for (var since : List.of(clock.instant().minus(1, ChronoUnit.DAYS), Instant.EPOCH)) {
            var others = webhooks.stream()
                    .map(webhook -> webhook.id)
                    .filter(id -> !newest.containsKey(id))
                    .toList();
            if (!others.isEmpty()) {
                entities.createQuery(NEWEST, Object[].class)
                        .setParameter("webhooks", others)
                        .setParameter("since", DeliveryIds.lowest(since))
                        .getResultStream()
                        .filter(row -> row[1] != null)
                        .forEach(row -> newest.put((String) row[0], DeliveryIds.madeAt((UUID) row[1])));
            }
        }
        return newest;
    }
}
