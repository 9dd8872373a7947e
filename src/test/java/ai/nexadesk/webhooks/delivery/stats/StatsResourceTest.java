package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.health.HealthFollower;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasKey;

@QuarkusTest
@DisplayName("The statistics of a webhook, for programs,")
class StatsResourceTest {

    @Inject
    HealthFollower health;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
    }

    private String stats(String query) {
        return "/webhooks/" + webhook + "/stats" + query;
    }

    @ParameterizedTest
    @DisplayName("have the steps of the chart, without gaps, including the current one")
    @CsvSource({"'',24,1", "?span=24h,24,1", "?span=7d,28,6", "?span=30d,30,24"})
    void points(String query, int count, int hours) {
        api.await(webhook, api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}")), "delivered", 1);
        awaitPoint("delivered", query);
        var found = api.get(stats(query));
        var since = found.getList("data.points.since", String.class);
        var until = found.getList("data.points.until", String.class);
        assertThat(since).hasSize(count);
        assertThat(since.subList(1, count)).isEqualTo(until.subList(0, count - 1));
        assertThat(Duration.between(Instant.parse(since.get(0)), Instant.parse(until.get(0))))
                .isEqualTo(Duration.ofHours(hours));
        assertThat(found.getList("data.points.delivered", Integer.class)).containsOnlyOnce(1);
        assertThat(found.getList("data.points.median_ms", Integer.class))
                .filteredOn(Objects::nonNull)
                .hasSize(1);
        assertThat(found.getMap("data")).containsEntry("warning", null);
    }

    @Test
    @DisplayName("show since when it has been failing and when it will be disabled, once that is near")
    void warning() throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("insert into webhook_failing (webhook_id, since, warned)"
                        + " values (?, '2026-01-01T00:00:00Z', true)")) {
            statement.setString(1, webhook);
            statement.executeUpdate();
        }
        var warning = api.get(stats("")).getMap("data.warning");
        assertThat(warning)
                .containsEntry("since", "2026-01-01T00:00:00.000Z")
                .containsEntry("until", "2026-01-06T00:00:00.000Z");
    }

    @Test
    @DisplayName("count failed attempts when they end, and a later success removes none of them")
    void failed() {
        receiver.answer(Answer.status(410));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "retrying", 1);
        awaitPoint("failed_attempts", "?span=30d");
        receiver.answer(Answer.status(200));
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry")
                .then()
                .statusCode(202);
        awaitPoint("delivered", "?span=30d");
        assertThat(api.get(stats("?span=30d")).getList("data.points.failed_attempts", Integer.class))
                .containsOnlyOnce(1);
    }

    /** Waits for a value. Attempts are counted every few seconds, or when somebody reads the statistics. */
    private void awaitPoint(String member, String query) {
        Await.until(
                member,
                Duration.ofSeconds(20),
                () -> {
                    health.update();
                    return api.get(stats(query)).getList("data.points." + member, Integer.class);
                },
                counts -> counts.contains(1));
    }

    @Test
    @DisplayName("are rejected for an unknown period, and not found for another workspace")
    void refused() {
        api.request()
                .get("/api/v1/external" + stats("?span=1y"))
                .then()
                .statusCode(400)
                .body("fields", hasKey("span"));
        Api.ofNewWorkspace()
                .request()
                .get("/api/v1/external" + stats(""))
                .then()
                .statusCode(404);
    }
}
