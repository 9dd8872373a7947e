package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.Executors;

import static ai.nexadesk.webhooks.testing.Metrics.value;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("While another session locks the queue")
class LockedQueueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REFUSED = "nexadesk_publishing_refused_total{reason=\"unavailable\"}";

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("publishing answers 503 within seconds, and everything continues once the lock is gone")
    void answersInTime() throws Exception {
        api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.clear();
        var event = """
                {"event":"lead.created","workspace_id":"%s",
                "data":{"id":"1","visitor_name":"A","pipeline_stage":"new","created_at":"2026-03-20T14:00:00Z"}}
                """.formatted(api.workspace().id());
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            double refused = value(REFUSED);
            Sql.run(connection, "lock table work in access exclusive mode");
            long start = System.nanoTime();
            Api.publish(event).then().statusCode(503).header("Retry-After", "1");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
            assertThat(value(REFUSED)).isEqualTo(refused + 1);
            connection.rollback();
        }
        Api.publish(event).then().statusCode(202);
        assertThat(receiver.await(1, Duration.ofSeconds(20))).hasSize(1);
    }

    @Test
    @DisplayName("operators see that results wait and the lease ends, and when both are over")
    void resultsWait() throws Exception {
        api.createWebhook(receiver.url("/hook"), "lead.created");
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "lock table attempt, replica in access exclusive mode");
            api.publishMany("lead.created", 750);
            api.publishMany("lead.created", 750);
            Await.until(
                    "waiting results", PATIENCE, () -> value("nexadesk_results_waiting"), waiting -> waiting > 1_000);
            Await.until("their age", PATIENCE, () -> value("nexadesk_results_age_seconds"), age -> age > 1);
            Await.until(
                    "a lease that is about to end",
                    PATIENCE,
                    () -> value("nexadesk_lease_remaining_seconds"),
                    left -> left < 5);
            connection.rollback();
        }
        Await.until(
                "the end of waiting results",
                PATIENCE,
                () -> value("nexadesk_results_waiting"),
                waiting -> waiting == 0);
        assertThat(value("nexadesk_results_age_seconds")).isLessThan(1);
        Await.until("a renewed lease", PATIENCE, () -> value("nexadesk_lease_remaining_seconds"), left -> left > 5);
    }

    @Test
    @DisplayName("or the webhooks, operators see requests waiting for connections")
    void connectionsAwaited() throws Exception {
        var threads = Executors.newFixedThreadPool(20);
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "lock table webhook in access exclusive mode");
            for (int i = 0; i < 20; i++) {
                threads.execute(() -> api.request().get("/api/v1/external/webhooks"));
            }
            Await.until(
                    "waiting requests",
                    PATIENCE,
                    () -> value("agroal_awaiting_count{datasource=\"default\"}"),
                    waiting -> waiting > 5);
            connection.rollback();
        } finally {
            threads.shutdown();
        }
    }
}
