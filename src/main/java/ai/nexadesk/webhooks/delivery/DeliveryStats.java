package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.webhook.Webhook;
import ai.nexadesk.webhooks.webhook.WebhookStats;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** Tells how deliveries fare, from what {@link HourlyCounts} has counted and what was made since; pings are left out. */
@ApplicationScoped
class DeliveryStats implements WebhookStats {

    private static final int HOURS = 24;

    private static final String COUNTED = "select new ai.nexadesk.webhooks.delivery.DeliveryStats$Count("
            + "h.webhookId, h.hour, h.status, h.speed, h.deliveries, h.millis)"
            + " from DeliveryHour h where h.webhookId in :webhooks and h.hour >= :from and h.hour < :to";

    private static final String SINCE = "select new ai.nexadesk.webhooks.delivery.DeliveryStats$Count("
            + "d.webhookId, :hour, d.status, cast(case when d.statusCode is null then -1 else"
            + " floor(4 * ln(cast(greatest(coalesce(d.durationMs, 0), 1) as double)) / ln(cast(2 as double))) end as Integer),"
            + " count(*), coalesce(sum(cast(d.durationMs as Long)), 0L))"
            + " from Delivery d where d.webhookId in :webhooks and d.id >= :from and d.id < :to and d.eventType <> 'ping'"
            + " group by d.webhookId, d.status, 4";

    private final EntityManager entities;
    private final InstantSource clock;

    DeliveryStats(EntityManager entities, InstantSource clock) {
        this.entities = entities;
        this.clock = clock;
    }

    /** Deliveries of a webhook and an hour that are counted together. */
    record Count(String webhookId, Instant hour, DeliveryStatus status, int speed, long deliveries, long millis) {}

    @Override
    @Transactional
    public Day ofLastDay(Webhook webhook) {
        return healthOf(List.of(webhook)).get(webhook.id).day();
    }

    @Override
    @Transactional
    public Map<String, Health> healthOf(Collection<Webhook> webhooks) {
        var tallies = hours(webhooks.stream().map(webhook -> webhook.id).toList(), firstHour());
        var health = new HashMap<String, Health>();
        for (var webhook : webhooks) {
            health.put(webhook.id, health(webhook, tallies.getOrDefault(webhook.id, new TreeMap<>())));
        }
        return health;
    }

    /** The deliveries of a webhook since this hour, hour by hour; an hour without any is left out. */
    @Transactional
    public TreeMap<Instant, Tally> hoursOf(Webhook webhook, Instant firstHour) {
        return hours(List.of(webhook.id), firstHour).getOrDefault(webhook.id, new TreeMap<>());
    }

    private Health health(Webhook webhook, TreeMap<Instant, Tally> tallies) {
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
                .mapToObj(i -> tallies.getOrDefault(firstHour().plus(i, ChronoUnit.HOURS), new Tally()))
                .map(tally -> new Hour(tally.of(DeliveryStatus.DELIVERED), tally.of(DeliveryStatus.FAILED)))
                .toList();
        return new Health(day, hours);
    }

    private Instant firstHour() {
        return clock.instant().truncatedTo(ChronoUnit.HOURS).minus(HOURS - 1, ChronoUnit.HOURS);
    }

    private Map<String, TreeMap<Instant, Tally>> hours(Collection<String> webhooks, Instant firstHour) {
        var tallies = new HashMap<String, TreeMap<Instant, Tally>>();
        if (webhooks.isEmpty()) {
            return tallies;
        }
        var end = clock.instant().plus(Duration.ofHours(1));
        var mark = entities.createQuery("select countedTo from CountedTo", Instant.class)
                .getSingleResult();
        add(tallies, counts(COUNTED, webhooks, firstHour, end).getResultStream().toList());
        var from = mark.isBefore(firstHour) ? firstHour : mark;
        while (from.isBefore(end)) {
            var hour = from.truncatedTo(ChronoUnit.HOURS);
            var next = hour.plus(1, ChronoUnit.HOURS);
            add(tallies, since(webhooks, hour, from, next));
            from = next;
        }
        return tallies;
    }

    private List<Count> since(Collection<String> webhooks, Instant hour, Instant from, Instant to) {
        return counts(SINCE, webhooks, DeliveryIds.lowest(from), DeliveryIds.lowest(to))
                .setParameter("hour", hour)
                .getResultList();
    }

    private jakarta.persistence.TypedQuery<Count> counts(
            String query, Collection<String> webhooks, Object from, Object to) {
        return entities.createQuery(query, Count.class)
                .setParameter("webhooks", webhooks)
                .setParameter("from", from)
                .setParameter("to", to);
    }

    private static void add(Map<String, TreeMap<Instant, Tally>> tallies, List<Count> counts) {
        for (var count : counts) {
            tallies.computeIfAbsent(count.webhookId, id -> new TreeMap<>())
                    .computeIfAbsent(count.hour, hour -> new Tally())
                    .add(count.status, count.speed, count.deliveries, count.millis);
        }
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
}
