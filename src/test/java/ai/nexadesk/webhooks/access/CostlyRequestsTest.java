package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("Many searches at once")
class CostlyRequestsTest {

    /** Two requests on a busy machine; who had to wait for the others would wait 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final int MANY = 40;

    private static final String SEARCH = "/settings/needs-attention?q=nothing";

    @Test
    @DisplayName("of one person are refused, and those of other workspaces and health stay quick")
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
            Thread.sleep(500);
            long start = System.nanoTime();
            given().get("/q/health/ready").then().statusCode(200);
            other.get("/settings/account").then().statusCode(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            connection.rollback();
            int refused = 0;
            for (var answer : answers) {
                refused += answer.get() == 429 ? 1 : 0;
            }
            assertThat(refused).isGreaterThanOrEqualTo(MANY - 2 * CostlyRequests.MOST_OF_CALLER);
        } finally {
            threads.shutdown();
        }
        greedy.get(SEARCH).then().statusCode(200);
    }
}
