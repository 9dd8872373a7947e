package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.queue.Statements;
import ai.nexadesk.webhooks.webhook.Health;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Stores the counts of attempts, and what they say about the health of webhooks. */
@Singleton
class HealthStore {

    private static final String ADD = """
            with news as (
                select * from unnest(?::text[], ?::timestamptz[], ?::text[], ?::bigint[]) n (webhook_id, minute, cause, attempts)
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

    private static final String FORGET_MINUTES = "delete from attempt_minute where minute < ?";
    private static final String FORGET_HOURS = "delete from attempt_hour where hour < ?";

    /** One replica judges at a time, so that no older view replaces a newer one and a change is seen once. */
    private static final String LOCK = "select pg_try_advisory_xact_lock(hashtext('nexadesk health'))";

    private static final String EVIDENCE = """
            with recent as (
                select webhook_id, cause, sum(attempts) as attempts, min(minute) as first
                from attempt_minute where minute > ? group by 1, 2
            ), summed as (
                select webhook_id,
                    coalesce(sum(attempts) filter (where cause = ''), 0) as succeeded,
                    coalesce(sum(attempts) filter (where cause <> ''), 0) as failed,
                    min(first) filter (where cause <> '') as first_failure,
                    (array_agg(cause order by attempts desc, cause) filter (where cause <> ''))[1] as cause
                from recent group by 1
            )
            select w.id, coalesce(h.state, 'idle'), h.since, h.cause, coalesce(s.succeeded, 0), coalesce(s.failed, 0),
                s.first_failure, s.cause, f.since,
                exists (select from work where webhook_id = w.id and owner is null)
            from webhook w
                left join webhook_health h on h.webhook_id = w.id
                left join summed s on s.webhook_id = w.id
                left join webhook_failing f on f.webhook_id = w.id
            where w.status = 'active' and w.deleted_at is null and (s.webhook_id is not null or h.state <> 'idle')
            """;

    private static final String SAVE = """
            insert into webhook_health (webhook_id, state, since, cause)
            select * from unnest(?::text[], ?::text[], ?::timestamptz[], ?::text[])
            on conflict (webhook_id) do update
                set state = excluded.state, since = excluded.since, cause = excluded.cause
            """;

    private static final String COUNT = """
            select coalesce(h.state, 'idle'), count(*) from webhook w left join webhook_health h on h.webhook_id = w.id
            where w.status = 'active' and w.deleted_at is null group by 1
            """;

    private final DataSource engine;
    private final Statements statements;
    private final Duration retention;

    HealthStore(@Engine DataSource engine, Settings settings) {
        this.engine = engine;
        this.statements = new Statements(engine);
        this.retention = settings.retention();
    }

    /** Adds counts, and deletes those that nobody needs any more. */
    void add(Map<AttemptCounts.Slot, AttemptCounts.Count> counts, Instant now) throws SQLException {
        var slots = List.copyOf(counts.entrySet());
        statements.update(ADD, (connection, statement) -> {
            statement.setArray(1, texts(connection, slots, slot -> slot.getKey().webhookId()));
            statement.setArray(2, times(connection, slots, slot -> slot.getKey().minute()));
            statement.setArray(3, texts(connection, slots, slot -> slot.getKey().cause()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "bigint",
                            slots.stream()
                                    .map(slot -> slot.getValue().attempts())
                                    .toArray()));
        });
        forget(FORGET_MINUTES, now.minus(HealthEvidence.WINDOW).minus(HealthEvidence.WINDOW));
        forget(FORGET_HOURS, now.minus(retention));
    }

    private void forget(String sql, Instant before) throws SQLException {
        statements.update(sql, (connection, statement) -> statement.setObject(1, Statements.at(before)));
    }

    /** Judges all webhooks anew; does nothing while another replica does. */
    void judge(Instant now) throws SQLException {
        try (var connection = engine.getConnection()) {
            connection.setAutoCommit(false);
            try {
                if (isFirst(connection)) {
                    save(connection, changes(connection, now));
                }
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    /** How many active webhooks there are in each state; states without any are left out. */
    Map<Health.State, Long> count() throws SQLException {
        try (var connection = engine.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(COUNT)) {
            var counts = new EnumMap<Health.State, Long>(Health.State.class);
            while (rows.next()) {
                counts.put(Health.State.of(rows.getString(1)), rows.getLong(2));
            }
            return counts;
        }
    }

    private static boolean isFirst(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(LOCK)) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private static List<HealthEvidence.Verdict> changes(Connection connection, Instant now) throws SQLException {
        var changes = new ArrayList<HealthEvidence.Verdict>();
        try (var statement = connection.prepareStatement(EVIDENCE)) {
            statement.setObject(1, Statements.at(now.minus(HealthEvidence.WINDOW)));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    evidence(rows).change(now).ifPresent(changes::add);
                }
            }
        }
        return changes;
    }

    private static HealthEvidence evidence(ResultSet rows) throws SQLException {
        return new HealthEvidence(
                rows.getString(1),
                Health.State.of(rows.getString(2)),
                at(rows, 3),
                rows.getString(4),
                rows.getLong(5),
                rows.getLong(6),
                at(rows, 7),
                rows.getString(8),
                at(rows, 9),
                rows.getBoolean(10));
    }

    private static void save(Connection connection, List<HealthEvidence.Verdict> changes) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(SAVE)) {
            statement.setArray(1, texts(connection, changes, HealthEvidence.Verdict::webhookId));
            statement.setArray(
                    2, texts(connection, changes, change -> change.state().word()));
            statement.setArray(3, times(connection, changes, HealthEvidence.Verdict::since));
            statement.setArray(4, texts(connection, changes, HealthEvidence.Verdict::cause));
            statement.executeUpdate();
        }
    }

    private static <T> java.sql.Array texts(Connection connection, List<T> all, Function<T, String> member)
            throws SQLException {
        return connection.createArrayOf("text", all.stream().map(member).toArray());
    }

    private static <T> java.sql.Array times(Connection connection, List<T> all, Function<T, Instant> member)
            throws SQLException {
        return texts(connection, all, each -> member.apply(each).toString());
    }

    private static @org.jspecify.annotations.Nullable Instant at(ResultSet rows, int column) throws SQLException {
        var value = rows.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }
}
