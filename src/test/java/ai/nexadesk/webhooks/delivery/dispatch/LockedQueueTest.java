package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("While somebody else locks the queue")
class LockedQueueTest {

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
            connection.createStatement().execute("lock table work in access exclusive mode");
            long start = System.nanoTime();
            Api.publish(event).then().statusCode(503).header("Retry-After", "1");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
            connection.rollback();
        }
        Api.publish(event).then().statusCode(202);
        assertThat(receiver.await(1, Duration.ofSeconds(20))).hasSize(1);
    }
}
