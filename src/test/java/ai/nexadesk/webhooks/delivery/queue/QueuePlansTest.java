package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.Verdict;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.Timing;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.EmptyDatabase;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The statistics show a nearly empty queue if it was nearly empty when they were collected, however full it is now. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Planned on a queue that was full and is nearly empty")
class QueuePlansTest {

    private static final String FILL = """
            insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at)
            select uuidv7(), 'ws_1', 'wh_1', uuidv7(), now() from generate_series(1, 20000)
            """;
    /** Keeps the last row in the file. Without it, vacuum would truncate the file. */
    private static final String EMPTY = "delete from work where ctid <> (select max(ctid) from work)";

    private static final int DAY = 20_000;
    private static final UUID OWNER = UUID.randomUUID();
    private static final String DELIVERIES = """
            insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status)
            select uuidv7(), 'ws_1', 'wh_1', uuidv7(), 'evt_' || i, 'lead.created', ?
            from generate_series(1, 20000) i
            """;
    private static final int RECORDED = 500;
    private static final String SOME = """
            insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at, owner)
            select id, workspace_id, webhook_id, event_key, now(), ? from (
                select *, row_number() over (order by id) as place from delivery where status = 'queued') queued
            where place % 40 = 0
            """;

    private static final String OTHERS = "select count(*) from pg_stat_activity"
            + " where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()";

    private EmptyDatabase database;

    @BeforeAll
    void fillAndEmpty() throws SQLException {
        database = EmptyDatabase.named("queue_plans");
        try (var connection = database.connect()) {
            for (var sql : List.of(FILL, EMPTY, "vacuum analyze work")) {
                Sql.run(connection, sql);
            }
        }
    }

    @AfterAll
    void drop() {
        database.close();
    }

    static Stream<Arguments> statements() {
        return Stream.of(
                Arguments.of("recording", AttemptStore.FINISH),
                Arguments.of("claiming", WorkQueue.CLAIM),
                Arguments.of("claiming one", WorkQueue.CLAIM_ONE),
                Arguments.of("claiming at a pace", PacedQueue.CLAIM),
                Arguments.of("taking over", LeaseRecovery.TAKE_OVER));
    }

    @ParameterizedTest(name = "{0} looks up each delivery by its key")
    @MethodSource("statements")
    void byKey(String name, String statement) throws SQLException {
        var plan = database.plan(statement).lines().map(String::strip).toList();
        var conditions = IntStream.range(0, plan.size() - 1)
                .filter(i -> plan.get(i).contains("using work_pkey"))
                .mapToObj(i -> plan.get(i + 1))
                .toList();
        assertThat(conditions)
                .as(String.join("\n", plan))
                .isNotEmpty()
                .allMatch(condition -> condition.startsWith("Index Cond: (delivery_id = "));
        assertThat(plan).noneMatch(line -> line.contains("Seq Scan on work"));
    }

    @Test
    @DisplayName("cancelling reads only deliveries of the events' time, and a new pace only those of replicas")
    void ranges() throws SQLException {
        assertThat(database.plan(Backlog.CANCEL)).contains("Index Cond: ((delivery_id > ");
        assertThat(database.plan(PacedQueue.START)).contains("Index Cond: (owner > ");
    }

    @Test
    @DisplayName("and on a day that has grown since, recording reads only its own deliveries")
    void grownDay() throws SQLException {
        try (var connection = database.connect()) {
            Sql.run(connection, DELIVERIES, "delivered");
            Sql.run(connection, "analyze delivery");
            Sql.run(connection, DELIVERIES, "queued");
            Sql.run(connection, SOME, OWNER);
        }
        var results = results();
        awaitStatistics();
        number("select 1 from pg_stat_reset()");
        new AttemptStore(database.planningSource()).finish(results);
        awaitStatistics();
        assertThat(number("select sum(idx_tup_read) from pg_stat_user_indexes where relname like 'delivery%'")
                        + number("select sum(seq_tup_read) from pg_stat_user_tables where relname like 'delivery%'"))
                .isLessThan(DAY / 2);
        assertThat(number("select count(*) from delivery where status = 'delivered' and attempts = 1"))
                .isEqualTo(RECORDED);
    }

    private List<AttemptResult> results() throws SQLException {
        var results = new ArrayList<AttemptResult>();
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var work = statement.executeQuery("select delivery_id, event_key from work where owner is not null")) {
            while (work.next()) {
                results.add(result(work.getObject(1, UUID.class), work.getObject(2, UUID.class)));
            }
        }
        return results;
    }

    private static AttemptResult result(UUID delivery, UUID event) {
        var lease = new LeasedDelivery(
                delivery,
                "ws_1",
                "wh_1",
                "evt_1",
                "lead.created",
                new byte[0],
                0,
                0,
                Trigger.AUTOMATIC,
                null,
                OWNER,
                true,
                event,
                EventContext.NONE,
                null,
                null,
                false);
        var outcome = new Outcome.Responded(
                Instant.now(), Duration.ofMillis(1), Timing.NONE, 200, List.of(), new byte[0], false);
        var verdict = new Verdict(DeliveryStatus.DELIVERED, null, 1, null, null);
        return new AttemptResult(lease, "https://example.com/", List.of(), outcome, verdict);
    }

    /** Waits for the statistics. A connection reports them when it ends, at the latest. */
    private void awaitStatistics() {
        Await.until("no other connection", Duration.ofSeconds(30), () -> number(OTHERS), others -> others == 0);
    }

    private long number(String sql) {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
