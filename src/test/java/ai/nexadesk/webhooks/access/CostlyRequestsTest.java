package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Many searches at once")
class CostlyRequestsTest {

    /** Allows for two requests on a busy machine. A request that waited for the others would take 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MANY = 40;

    /** The status of a request that waited too long for the lock, because the others came late. */
    private static final int TOO_LATE = 503;

    private static final String SEARCH = "/settings/needs-attention?q=nothing";

    @Test
    @DisplayName("by one person are rejected, while those of other workspaces and health checks stay fast")
    void isFair() throws Exception {
        var greedy = Visitor.signedIn(TestWorkspace.create().admin());
        var other = Visitor.signedIn(TestWorkspace.create().admin());
        var threads = Executors.newFixedThreadPool(MANY);
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "lock table delivery");
            var answers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < MANY; i++) {
                answers.add(threads.submit(() -> greedy.get(SEARCH).statusCode()));
            }
            awaitRefusals(answers);
            long start = System.nanoTime();
            given().get("/q/health/ready").then().statusCode(200);
            other.get("/settings/account").then().statusCode(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            connection.rollback();
            int refused = 0;
            for (var answer : answers) {
                refused += answer.get() == 429 ? 1 : 0;
            }
            assertThat(refused).isGreaterThanOrEqualTo(MANY - 2 * CostlyRequests.MAX_OF_CALLER);
        } finally {
            threads.shutdown();
        }
        greedy.get(SEARCH).then().statusCode(200);
    }

    @Test
    @DisplayName("by one key, as part of counts, recoveries and replays, are rejected")
    void counts() throws Exception {
        var greedy = Api.ofNewWorkspace();
        var threads = Executors.newFixedThreadPool(MANY);
        try (var receiver = Receiver.start();
                var connection = HostDatabase.connect()) {
            var webhook = "/webhooks/" + greedy.createWebhook(receiver.url("/"), "*");
            var calls = List.of(
                    webhook + "/deliveries/retry",
                    "/deliveries/retry",
                    webhook + "/recover",
                    "/recover",
                    webhook + "/replay");
            connection.setAutoCommit(false);
            Sql.run(connection, "lock table delivery");
            var answers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < MANY; i++) {
                var call = calls.get(i % calls.size());
                var body = new HashMap<String, Object>(Map.of("since", "2026-03-20T14:00:00Z", "dry_run", true));
                if (!call.endsWith("/recover")) {
                    body.put(call.endsWith("/retry") ? "status" : "only", call.endsWith("/retry") ? "failed" : "all");
                }
                answers.add(threads.submit(() -> greedy.post(call, body).statusCode()));
            }
            awaitRefusals(answers);
            connection.rollback();
            var statuses = new ArrayList<Integer>();
            for (var answer : answers) {
                statuses.add(answer.get());
            }
            assertThat(statuses).isSubsetOf(200, 429, TOO_LATE);
            assertThat(statuses.stream().filter(status -> status == 429))
                    .hasSizeGreaterThanOrEqualTo(MANY - 2 * CostlyRequests.MAX_OF_CALLER);
        } finally {
            threads.shutdown();
        }
    }

    /** Waits until only the allowed number of requests waits for the lock. */
    private static void awaitRefusals(List<Future<Integer>> answers) {
        Await.until(
                "the rejections",
                Duration.ofSeconds(30),
                () -> answers.stream().filter(Future::isDone).count(),
                done -> done >= MANY - CostlyRequests.MAX_OF_CALLER);
    }
}
