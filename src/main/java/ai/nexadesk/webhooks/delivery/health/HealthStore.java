package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.webhook.Health;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/** Stores the counts of attempts and the health of webhooks derived from them. */
@Singleton
class HealthStore {

    private static final String ADD = """
            with news as (
                select * from unnest(:webhooks, :minutes, :causes, :attempts) n (webhook_id, minute, cause, attempts)
            ), minutes as (
                insert into attempt_minute as known (webhook_id, minute, cause, attempts)
                select webhook_id, minute, cause, attempts from news order by 1, 2, 3
                on conflict (webhook_id, minute, cause) do update set attempts = known.attempts + excluded.attempts
            )
            insert into attempt_hour as known (webhook_id, hour, succeeded, failed)
            select webhook_id, date_bin('1 hour', minute, timestamptz 'epoch'),
                coalesce(sum(attempts) filter (where cause = ''), 0), coalesce(sum(attempts) filter (where cause <> ''), 0)
            from news group by 1, 2 order by 1, 2
            on conflict (webhook_id, hour) do update
                set succeeded = known.succeeded + excluded.succeeded, failed = known.failed + excluded.failed
            """;

    private static final String FORGET_MINUTES = "delete from attempt_minute where minute < :before";
    private static final String FORGET_HOURS = "delete from attempt_hour where hour < :before";

    /** Only one replica judges at a time, so an older result never replaces a newer one, and each change happens once. */
    private static final String LOCK = "select pg_try_advisory_xact_lock(hashtext('nexadesk health'))";

    private static final String EVIDENCE = """
            with recent as (
                select webhook_id, cause, sum(attempts) as attempts, min(minute) as first
                from attempt_minute where minute > :after group by 1, 2
            ), summed as (
                select webhook_id,
                    coalesce(sum(attempts) filter (where cause = ''), 0) as succeeded,
                    coalesce(sum(attempts) filter (where cause <> ''), 0) as failed,
                    min(first) filter (where cause <> '') as first_failure,
                    (array_agg(cause order by attempts desc, cause) filter (where cause <> ''))[1] as cause
                from recent group by 1
            )
            select w.id as webhook_id, coalesce(h.state, 'idle') as state, h.since, h.cause as former_cause, coalesce(s.succeeded, 0) as succeeded,
                coalesce(s.failed, 0) as failed, s.first_failure, s.cause, f.since as failing_since,
                exists (select from work where webhook_id = w.id and owner is null) as waits
            from webhook w
                left join webhook_health h on h.webhook_id = w.id
                left join summed s on s.webhook_id = w.id
                left join webhook_failing f on f.webhook_id = w.id
            where w.status = 'active' and w.deleted_at is null and (s.webhook_id is not null or h.state <> 'idle')
            """;

    private static final String SAVE = """
            insert into webhook_health (webhook_id, state, since, cause)
            select * from unnest(:webhooks, :states, :since, :causes)
            on conflict (webhook_id) do update
                set state = excluded.state, since = excluded.since, cause = excluded.cause
            """;

    private static final String COUNT = """
            select coalesce(h.state, 'idle'), count(*) from webhook w left join webhook_health h on h.webhook_id = w.id
            where w.status = 'active' and w.deleted_at is null group by 1
            """;

    private final Jdbi engine;
    private final Duration retention;

    HealthStore(@Engine Jdbi engine, Settings settings) {
        this.engine = engine;
        this.retention = settings.retention();
    }

    /** Adds counts and deletes those no longer needed. */
    void add(Map<AttemptCounts.Slot, AttemptCounts.AttemptCount> counts, Instant now) {
        var slots = counts.keySet();
        engine.useHandle(handle -> {
            handle.createUpdate(ADD)
                    .bindArray("webhooks", String.class, each(slots, AttemptCounts.Slot::webhookId))
                    .bindArray("minutes", Instant.class, each(slots, AttemptCounts.Slot::minute))
                    .bindArray("causes", String.class, each(slots, AttemptCounts.Slot::cause))
                    .bindArray("attempts", Long.class, each(slots, slot -> counts.get(slot)
                            .attempts()))
                    .execute();
            handle.createUpdate(FORGET_MINUTES)
                    .bind("before", now.minus(HealthEvidence.WINDOW.multipliedBy(2)))
                    .execute();
            handle.createUpdate(FORGET_HOURS)
                    .bind("before", now.minus(retention))
                    .execute();
        });
    }

    /** Updates the health of all webhooks, unless another replica is doing so. */
    void judge(Instant now) {
        engine.useTransaction(handle -> {
            if (handle.createQuery(LOCK).mapTo(Boolean.class).one()) {
                save(handle, changes(handle, now));
            }
        });
    }

    /** How many active webhooks there are in each state; states without any are left out. */
    Map<Health.State, Long> count() {
        return engine.withHandle(handle -> handle.createQuery(COUNT)
                .map(row -> Map.entry(row.getColumn(1, Health.State.class), row.getColumn(2, Long.class)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static List<HealthEvidence.Assessment> changes(Handle handle, Instant now) {
        return handle
                .createQuery(EVIDENCE)
                .bind("after", now.minus(HealthEvidence.WINDOW))
                .map(ConstructorMapper.of(HealthEvidence.class))
                .stream()
                .flatMap(evidence -> evidence.change(now).stream())
                .toList();
    }

    private static void save(Handle handle, List<HealthEvidence.Assessment> changes) {
        if (!changes.isEmpty()) {
            handle.createUpdate(SAVE)
                    .bindArray("webhooks", String.class, each(changes, HealthEvidence.Assessment::webhookId))
                    .bindArray("states", String.class, each(changes, change -> change.state()
                            .value()))
                    .bindArray("since", Instant.class, each(changes, HealthEvidence.Assessment::since))
                    .bindArray("causes", String.class, each(changes, HealthEvidence.Assessment::cause))
                    .execute();
        }
    }

    private static <T, M> List<M> each(Collection<T> all, Function<T, M> member) {
        return all.stream().map(member).collect(Collectors.toList());
    }
}
