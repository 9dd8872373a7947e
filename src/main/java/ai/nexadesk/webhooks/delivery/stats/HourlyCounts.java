package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/**
 * Counts deliveries by the hour in which they were created, so that charts read a few rows instead of the log. Each
 * delivery is counted once, in its state at that time. A trigger records later changes, which this class adds. Pings
 * are not counted. Each round is one statement on any replica.
 */
@Singleton
class HourlyCounts {

    private static final Logger LOG = Logger.getLogger(HourlyCounts.class);

    /** Newer deliveries are not counted yet, because their transaction may be open. Longer than the time the trigger ignores. */
    private static final Duration SLACK = Duration.ofSeconds(15);

    /**
     * How far back to read deliveries that are not counted yet. Counting falls further behind only after an upgrade.
     */
    private static final Duration LOOK_BACK = Duration.ofHours(1);

    private static final String MARK = "select counted_to, now() as now from delivery_hour_mark for update";

    private static final String GROUPED = """
            select webhook_id, hour_of(id) as hour, status, duration_bucket_of(status_code, duration_ms) as duration_bucket,
                count(*) as deliveries, coalesce(sum(duration_ms), 0) as millis
            from delivery
            where %s and event_type <> 'ping'
            group by 1, 2, 3, 4
            """;

    /** Changes of deliveries that are not counted yet are dropped: they will be counted in their new state. */
    private static final String COUNT = """
            with moved as (
                update delivery_hour_mark set counted_to = :end
            ), noted as (
                delete from delivery_change returning *
            ), news as (
                select webhook_id, hour_of(delivery_id) as hour, status, duration_bucket, deliveries, millis
                from noted where delivery_id < :mark
                union all
                select d.* from webhook w cross join lateral (%s) d
            )
            insert into delivery_hour as counted (webhook_id, hour, status, duration_bucket, deliveries, millis)
            select webhook_id, hour, status, duration_bucket, sum(deliveries), sum(millis) from news group by 1, 2, 3, 4
            on conflict (webhook_id, hour, status, duration_bucket) do update
                set deliveries = counted.deliveries + excluded.deliveries, millis = counted.millis + excluded.millis
            """.formatted(GROUPED.formatted(
            "workspace_id = w.workspace_id and webhook_id = w.id and id >= :mark and id < :end"));

    private static final String FORGET = "delete from delivery_hour where hour < :before";

    /** One statement, so that no round can run between reading the counts and the deliveries not counted yet. */
    private static final String READ = """
            select webhook_id, date_bin(:step::interval, hour, timestamptz 'epoch') as hour, status,
                case when :by_duration then duration_bucket else least(duration_bucket, 0) end as duration_bucket, sum(deliveries)::bigint as deliveries,
                sum(millis)::bigint as millis
            from (
                select webhook_id, hour, status, duration_bucket, deliveries, millis
                from delivery_hour where webhook_id = any (:webhooks) and hour >= :first
                union all
                select webhook_id, hour_of(delivery_id), status, duration_bucket, deliveries, millis
                from delivery_change, delivery_hour_mark
                where delivery_id < counted_to and webhook_id = any (:webhooks) and hour_of(delivery_id) >= :first
                union all
                select d.* from unnest(:webhooks) w (id) cross join lateral (%s) d
            ) counted
            group by 1, 2, 3, 4
            """.formatted(GROUPED.formatted("workspace_id = :workspace and webhook_id = w.id"
            + " and id >= :recent and id >= (select counted_to from delivery_hour_mark)"));

    private final Jdbi present;
    private final Jdbi engine;
    private final Duration retention;

    HourlyCounts(Jdbi present, @Engine Jdbi engine, Settings settings) {
        this.present = present;
        this.engine = engine;
        this.retention = settings.retention();
    }

    /**
     * The granularity of counts.
     *
     * @param step the duration of a step, in whole hours
     * @param byDuration whether to also group by response time; otherwise only by whether there was a response
     */
    record Granularity(Duration step, boolean byDuration) {}

    /** A group of deliveries, from this hour; negative if some have left this status since. */
    record HourlyCount(
            String webhookId, Instant hour, DeliveryStatus status, int durationBucket, long deliveries, long millis) {}

    private record Mark(UUID countedTo, Instant now) {}

    /** Often, because pages read all deliveries that are not counted yet. */
    @Scheduled(identity = "hourly-counts", every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyTenSeconds() {
        try {
            count();
        } catch (JdbiException e) {
            LOG.warnf("Deliveries could not be counted and will be counted later: %s", e.getMessage());
        }
    }

    /** Counts up to the present, at most an hour in each transaction. */
    void count() {
        boolean isMore = true;
        while (isMore) {
            isMore = round();
        }
    }

    /** Counts a part. Returns whether there is more. Waits while another replica counts. */
    private boolean round() {
        return engine.inTransaction(handle -> {
            var mark = handle.createQuery(MARK)
                    .map(ConstructorMapper.of(Mark.class))
                    .one();
            return count(handle, mark.countedTo, mark.now.minus(SLACK));
        });
    }

    private boolean count(Handle handle, UUID mark, Instant present) {
        var hourEnd = UuidV7.timeOf(mark).truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        boolean isMore = hourEnd.isBefore(present);
        var next = UuidV7.lowestAt(isMore ? hourEnd : present);
        // Compared unsigned, as in the database. The present is before the mark if another replica has just counted.
        var end = next.toString().compareTo(mark.toString()) > 0 ? next : mark;
        handle.createUpdate(COUNT).bind("end", end).bind("mark", mark).execute();
        handle.createUpdate(FORGET).bind("before", present.minus(retention)).execute();
        return isMore;
    }

    /** Counts the deliveries of these webhooks of a workspace since this hour. */
    @Transactional
    List<HourlyCount> read(
            String workspaceId, Collection<String> webhooks, Granularity grain, Instant firstHour, Instant now) {
        return present.withHandle(handle -> handle.createQuery(READ)
                .bind("step", grain.step.toHours() + " hours")
                .bind("by_duration", grain.byDuration)
                .bindArray("webhooks", String.class, webhooks)
                .bind("first", firstHour)
                .bind("workspace", workspaceId)
                .bind("recent", UuidV7.lowestAt(now.minus(LOOK_BACK)))
                .map(ConstructorMapper.of(HourlyCount.class))
                .list());
    }
}
