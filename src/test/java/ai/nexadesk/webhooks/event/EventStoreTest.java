package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.EmptyDatabase;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;

import static org.assertj.core.api.Assertions.assertThat;

/** Connections keep the plan of a statement, and are often opened while there are few webhooks. */
@QuarkusTest
@DisplayName("Publishing, planned on empty tables,")
class EventStoreTest {

    @Test
    @DisplayName("looks at the webhooks of an event's own workspace only")
    void plan() throws SQLException {
        try (var database = EmptyDatabase.named("publishing_plan")) {
            assertThat(database.plan(EventStore.PUBLISH))
                    .contains("on webhook")
                    .contains("Index Cond: (workspace_id = p.workspace_id)")
                    .doesNotContain("Seq Scan");
        }
    }

    @Test
    @DisplayName("finds the unfinished deliveries of a record by index, for webhooks with order")
    void planInOrder() throws SQLException {
        try (var database = EmptyDatabase.named("ordered_plan")) {
            assertThat(database.plan(EventStore.PUBLISH_IN_ORDER))
                    .contains("work_record", "work_turn")
                    .doesNotContain("Seq Scan");
        }
    }
}
