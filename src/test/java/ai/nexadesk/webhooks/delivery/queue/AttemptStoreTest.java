package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.testing.EmptyDatabase;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;

import static org.assertj.core.api.Assertions.assertThat;

/** Connections keep the plan of a statement, and are often opened while the queue or a day's partition is empty. */
@QuarkusTest
@DisplayName("Recording, planned on empty tables,")
class AttemptStoreTest {

    @Test
    @DisplayName("looks up each delivery of the queue and of the log by its key")
    void plan() throws SQLException {
        try (var database = EmptyDatabase.named("recording_plan")) {
            var plan = database.plan(AttemptStore.FINISH);
            assertThat(plan)
                    .contains("Index Cond: (delivery_id = r_1.delivery_id)")
                    .doesNotContain("Seq Scan");
            assertThat(plan.lines().filter(line -> line.contains("_id = h.workspace_id")))
                    .isNotEmpty()
                    .allMatch(condition -> condition.contains("(id = h.delivery_id)"));
            assertThat(plan.lines().filter(line -> line.contains("_webhook_id_id_idx")))
                    .hasSameSizeAs(plan.lines()
                            .filter(line -> line.matches(".*Index Cond:.*\\(webhook_id = .*\\(id = .*"))
                            .toList());
        }
    }
}
