package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** Statistics of deliveries, without pings. */
@ApplicationScoped
class DeliveryStats implements WebhookStats {

    private static final int HOURS = 24;

    private static final HourlyCounts.Granularity BY_HOUR = new HourlyCounts.Granularity(Duration.ofHours(1), false);

    private static final String NEWEST = "select w.id, (select d.id from Delivery d where d.workspaceId = w.workspaceId"
            + " and d.webhookId = w.id and d.id >= :since and d.eventType <> 'ping' order by d.id desc limit 1)"
            + " from Webhook w where w.id in :webhooks";

    private final HourlyCounts counts;
    private final AttemptHistory history;
    private final EntityManager entities;
    private final InstantSource clock;

    DeliveryStats(HourlyCounts counts, AttemptHistory history, EntityManager entities, InstantSource clock) {
        this.counts = counts;
        this.history = history;
        this.entities = entities;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Day ofLastDay(Webhook webhook) {
        return trendOf(List.of(webhook)).get(webhook.id).day();
    }

    @Override
    @Transactional
    public Map<String, Trend> trendOf(Collection<Webhook> webhooks) {
        var firstHour = firstHour();
        var tallies = tallies(webhooks, BY_HOUR, firstHour);
        var attempts = history.read(webhooks.stream().map(webhook -> webhook.id).toList(), firstHour);
        var newest = newest(webhooks);
        var trends = new HashMap<String, Trend>();
        for (var webhook : webhooks) {
            var hours = attempts.getOrDefault(webhook.id, new TreeMap<>());
            var day = day(tallies.getOrDefault(webhook.id, new TreeMap<>()), hours, newest.get(webhook.id));
            trends.put(webhook.id, new Trend(day, hours(hours, firstHour)));
        }
        return trends;
    }

    private Instant firstHour() {
        return clock.instant().truncatedTo(ChronoUnit.HOURS).minus(HOURS - 1, ChronoUnit.HOURS);
    }

    /** The attempts of this webhook since this hour, by hour; omits hours without attempts. */
    SortedMap<Instant, AttemptHistory.Attempts> attemptsOf(Webhook webhook, Instant firstHour) {
        return history.read(List.of(webhook.id), firstHour).getOrDefault(webhook.id, new TreeMap<>());
    }

    /** The deliveries of a webhook since this hour, in steps of this duration; omits empty steps. */
    SortedMap<Instant, Tally> tallies(Webhook webhook, Duration step, Instant firstHour) {
        return tallies(List.of(webhook), new HourlyCounts.Granularity(step, true), firstHour)
                .getOrDefault(webhook.id, new TreeMap<>());
    }

    /** The last 24 hours of this webhook, from its deliveries since the first of these hours. */
    @Transactional
    Day ofLastDay(Webhook webhook, SortedMap<Instant, Tally> tallies) {
        return day(
                tallies,
                attemptsOf(webhook, firstHour()),
                newest(List.of(webhook)).get(webhook.id));
    }

    private static Day day(
            SortedMap<Instant, Tally> tallies,
            SortedMap<Instant, AttemptHistory.Attempts> hours,
            @Nullable Instant newest) {
        var all = new Tally();
        tallies.values().forEach(all::add);
        var attempts = AttemptHistory.Attempts.sum(hours.values());
        return new Day(
                all.total(),
                all.of(DeliveryStatus.DELIVERED),
                all.of(DeliveryStatus.FAILED),
                all.of(DeliveryStatus.RETRYING),
                attempts.succeeded() + attempts.failed(),
                attempts.failed(),
                all.averageMs(),
                newest);
    }

    private static List<Hour> hours(SortedMap<Instant, AttemptHistory.Attempts> hours, Instant firstHour) {
        return LongStream.range(0, HOURS)
                .mapToObj(i -> hours.getOrDefault(firstHour.plus(i, ChronoUnit.HOURS), AttemptHistory.Attempts.NONE))
                .map(attempts -> new Hour(attempts.succeeded(), attempts.failed()))
                .toList();
    }

    /** The deliveries of webhooks of one workspace. */
    private Map<String, SortedMap<Instant, Tally>> tallies(
            Collection<Webhook> webhooks, HourlyCounts.Granularity grain, Instant firstHour) {
        var tallies = new HashMap<String, SortedMap<Instant, Tally>>();
        for (var count : read(webhooks, grain, firstHour)) {
            tallies.computeIfAbsent(count.webhookId(), id -> new TreeMap<>())
                    .computeIfAbsent(count.hour(), hour -> new Tally())
                    .add(count.status(), count.durationBucket(), count.deliveries(), count.millis());
        }
        return tallies;
    }

    private List<HourlyCounts.HourlyCount> read(
            Collection<Webhook> webhooks, HourlyCounts.Granularity grain, Instant firstHour) {
        if (webhooks.isEmpty()) {
            return List.of();
        }
        var workspaceId = webhooks.iterator().next().workspaceId;
        var ids = webhooks.stream().map(webhook -> webhook.id).toList();
        return counts.read(workspaceId, ids, grain, firstHour, clock.instant());
    }

    /** When the latest delivery of each webhook was created; omits webhooks without deliveries. */
    private Map<String, Instant> newest(Collection<Webhook> webhooks) {
        var newest = new HashMap<String, Instant>();
        // Most webhooks have a recent one, so older days are searched only for the others.
        for (var since : List.of(clock.instant().minus(1, ChronoUnit.DAYS), Instant.EPOCH)) {
            var others = webhooks.stream()
                    .map(webhook -> webhook.id)
                    .filter(id -> !newest.containsKey(id))
                    .toList();
            if (!others.isEmpty()) {
                entities.createQuery(NEWEST, Object[].class)
                        .setParameter("webhooks", others)
                        .setParameter("since", UuidV7.lowestAt(since))
                        .getResultStream()
                        .filter(row -> row[1] != null)
                        .forEach(row -> newest.put((String) row[0], UuidV7.timeOf((UUID) row[1])));
            }
        }
        return newest;
    }
}
