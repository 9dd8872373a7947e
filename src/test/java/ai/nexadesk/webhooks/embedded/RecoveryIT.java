package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("kill -9 of the application while it recovers missed events")
class RecoveryIT {

    private static final int MISSED = 200;
    private static final String START = "2026-01-01T00:00:00Z";

    @TempDir
    Path data;

    @Test
    @DisplayName("omits nothing and delivers nothing twice: the job continues after the restart")
    void goesOn() throws Exception {
        try (var receiver = Receiver.start()) {
            String webhook;
            String job;
            var application = PackagedApplication.start(data, "-Dnexadesk.delivery.jobs-per-second=40");
            var created = application.post(
                    "/webhooks",
                    "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"],\"enabled\":false}");
            webhook = JsonPath.from(created.body()).getString("data.id");
            var events = IntStream.range(0, MISSED)
                    .mapToObj(i -> "{\"event\":\"lead.created\",\"workspace_id\":\"" + PackagedApplication.WORKSPACE
                            + "\",\"data\":{\"id\":\"" + i + "\"}}")
                    .collect(Collectors.joining(",", "[", "]"));
            assertThat(application.publish(events).statusCode()).isEqualTo(202);
            assertThat(application
                            .patch("/webhooks/" + webhook, "{\"enabled\":true}")
                            .body())
                    .contains("\"active\"");
            receiver.clear();
            var started = application.post("/webhooks/" + webhook + "/recover", "{\"since\":\"" + START + "\"}");
            job = JsonPath.from(started.body()).getString("data.job.id");
            Await.until(
                    "half of the events",
                    Duration.ofSeconds(30),
                    () -> made(application, job),
                    made -> made >= MISSED / 4);
            application.kill();
            try (var restarted = PackagedApplication.start(data)) {
                Await.until(
                        "the other half", Duration.ofSeconds(60), () -> made(restarted, job), made -> made == MISSED);
                Await.until("all requests", Duration.ofSeconds(60), () -> received(receiver), count -> count == MISSED);
                var log = restarted.get(
                        "/api/v1/external/webhooks/" + webhook + "/deliveries?event=lead.created&limit=1");
                assertThat(JsonPath.from(log.body()).getInt("pagination.total_count"))
                        .isEqualTo(MISSED);
            }
        }
    }

    private static int made(PackagedApplication application, String job) {
        try {
            return JsonPath.from(application.get("/api/v1/external/jobs/" + job).body())
                    .getInt("data.made");
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static long received(Receiver receiver) {
        return receiver.requests().stream()
                .map(request -> request.header("x-nexadesk-event-id"))
                .distinct()
                .count();
    }
}
