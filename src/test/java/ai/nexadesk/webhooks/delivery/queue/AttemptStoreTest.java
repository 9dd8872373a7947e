package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Verdict;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.Timing;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.EmptyDatabase;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The recording statement")
class AttemptStoreTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    AttemptStore store;

    /** Connections keep the plan of a statement, and are often opened while the queue or a day's partition is empty. */
    @Test
    @DisplayName("looks up each delivery of the queue and of the log by its key, if planned on empty tables")
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

    @Test
    @DisplayName("changes every delivery of a batch, even if another transaction changes one of them concurrently")
    void changedMeanwhile() throws Exception {
        var api = Api.ofNewWorkspace();
        var sql = new Sql();
        try (var receiver = Receiver.start();
                var connection = HostDatabase.connect()) {
            var work = new StoredWork(sql, api.workspace().id(), api.createWebhook(receiver.url("/hook"), "*"));
            var replica = work.replica();
            // Not in the first partition: PostgreSQL 18 confuses it with others when it evaluates such a row again.
            var deliveries = Stream.generate(() -> work.insert("2 days", "now()", replica))
                    .limit(3)
                    .toList();
            connection.setAutoCommit(false);
            Sql.run(connection, "update delivery set attempts = 0 where id = ?", deliveries.get(1));

            var recording = CompletableFuture.runAsync(() -> finish(
                    deliveries.stream().map(id -> work.lease(id, 0, replica)).toList()));
            Await.until(
                    "a recording that waits for the other transaction",
                    PATIENCE,
                    () -> sql.text("select 1 from pg_locks where not granted and locktype = 'transactionid'"),
                    "1"::equals);
            connection.commit();
            recording.get();

            assertThat(deliveries)
                    .extracting(id -> sql.text("select status from delivery where id = ?", id))
                    .containsOnly("delivered");
            work.end(replica);
        }
    }

    @Test
    @DisplayName("only logs a result that arrives after the delivery was taken over")
    void tooLate() throws Exception {
        var api = Api.ofNewWorkspace();
        var sql = new Sql();
        try (var receiver = Receiver.start()) {
            var work = new StoredWork(sql, api.workspace().id(), api.createWebhook(receiver.url("/hook"), "*"));
            var former = work.replica();
            var present = work.replica();
            var taken = work.insert("-1 minute", "now()", present);
            var again = work.insert("-1 minute", "now()", former);
            sql.run("update work set attempts = 1 where delivery_id = ?", again);

            finish(List.of(work.lease(taken, 0, former), work.lease(again, 0, former)));

            assertThat(work.owner(taken)).isEqualTo(present);
            assertThat(work.owner(again)).isEqualTo(former);
            assertThat(List.of(taken, again)).allSatisfy(id -> {
                assertThat(sql.text("select status from delivery where id = ?", id))
                        .isEqualTo("queued");
                assertThat(sql.text("select status_code from attempt where delivery_id = ?", id))
                        .isEqualTo("200");
            });
            work.end(former);
            work.end(present);
        }
    }

    private void finish(List<LeasedDelivery> leases) {
        var outcome =
                new Outcome.Responded(Instant.now(), Duration.ZERO, Timing.NONE, 200, List.of(), new byte[0], false);
        var verdict = new Verdict(DeliveryStatus.DELIVERED, null, 1, null, null);
        try {
            store.finish(leases.stream()
                    .map(lease -> new AttemptResult(lease, "https://example.com/", List.of(), outcome, verdict))
                    .toList());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
