package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.testing.EmptyDatabase;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The statistics say that the queue is nearly empty whenever it was so when they were made, however full it is by now. */
@QuarkusTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("Planned on a queue that was full and is nearly empty,")
class QueuePlansTest {

    private static final String FILL = """
            insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at)
            select uuidv7(), 'ws_1', 'wh_1', uuidv7(), now() from generate_series(1, 20000)
            """;
    /** The last one in the file, without which the file would be cut short. */
    private static final String EMPTY = "delete from work where ctid <> (select max(ctid) from work)";

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
                Arguments.of("taking over", LeaseRecovery.TAKE_OVER));
    }

    @ParameterizedTest(name = "{0} looks deliveries up in it one by one")
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
}
