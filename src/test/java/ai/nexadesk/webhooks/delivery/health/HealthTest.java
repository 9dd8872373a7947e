package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The health of a webhook")
class HealthTest {

    /** An outage must be visible within a minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Inject
    HealthFollower follower;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("shows an outage long before any delivery has failed for good, and its end, everywhere")
    void outage() {
        var begin = Instant.now();
        var sound = api.createWebhook(receiver.url("/sound"), "contact.created");
        var broken = api.createWebhook(receiver.url("/broken"), "lead.created");
        assertThat(health(broken)).containsEntry("state", "idle").containsEntry("cause", null);

        receiver.answer(Answer.status(503));
        api.publishMany("lead.created", 20);
        awaitState(broken, "failing");
        assertThat(health(broken))
                .containsEntry("cause", "503")
                .containsEntry("waiting", 20)
                .containsEntry("waiting_is_lower_bound", false);
        assertThat(Instant.parse((String) health(broken).get("since"))).isBetween(begin, Instant.now());
        assertThat(Instant.parse((String) health(broken).get("next_attempt_at")))
                .isAfter(Instant.now());
        assertThat(health(sound)).containsEntry("state", "idle");
        // The state changes to failing before all failed attempts have been counted.
        Await.until(
                "all failed attempts",
                PATIENCE,
                () -> {
                    follower.update();
                    return api.get("/webhooks/" + broken).getMap("data.stats");
                },
                stats -> stats.get("failed").equals(0)
                        && stats.get("failed_attempts").equals(20));

        assertThat(given().get("/q/metrics").asString())
                .containsPattern("nexadesk_webhooks\\{health=\"failing\"[^}]*} [1-9]");

        var list = page("/settings/webhooks");
        assertThat(list).contains("1 of 2 webhooks is failing.", "503 Service Unavailable", "20 waiting", "100.0 %");
        assertThat(list.indexOf("/broken")).isLessThan(list.indexOf("/sound"));
        assertThat(page("/settings/webhooks/" + broken))
                .contains("Failing since", "20 deliveries are", "logs?status=retrying");

        assertThat(page("/settings/needs-attention"))
                .contains("retrying: 503 Service Unavailable")
                .containsPattern("Retry all\\s+20…");
        assertThat(page("/settings/needs-attention?status=retrying"))
                .contains("20 deliveries", "Retry all matching")
                .doesNotContain("No failed");

        receiver.answer(Answer.status(200));
        api.publishMany("lead.created", 1);
        awaitState(broken, "degraded");
        assertThat(page("/settings/webhooks/" + broken)).contains("Some attempts have failed since");
        assertThat(page("/settings/webhooks")).doesNotContain("is failing");
    }

    @Test
    @DisplayName("counts deliveries that wait for an earlier one of their record")
    void inOrder() {
        var webhook = api.createWebhook(receiver.url("/ordered"), "lead.created");
        api.patch("/webhooks/" + webhook, Map.of("ordered", true));
        receiver.answer(Answer.status(500));
        for (int i = 0; i < 5; i++) {
            api.publish("lead.created", "{\"id\":\"1\"}");
        }
        Await.until("five deliveries", PATIENCE, () -> health(webhook).get("waiting"), Integer.valueOf(5)::equals);
    }

    @Test
    @DisplayName("starts over with another URL")
    void otherUrl() {
        var webhook = api.createWebhook(receiver.url("/broken"), "lead.created");
        receiver.answer(Answer.status(500));
        api.publishMany("lead.created", 3);
        awaitState(webhook, "failing");
        receiver.answer(Answer.status(200));
        api.patch("/webhooks/" + webhook, Map.of("url", receiver.url("/other")))
                .then()
                .statusCode(200);
        assertThat(health(webhook)).containsEntry("state", "idle").containsEntry("since", null);
    }

    private void awaitState(String webhook, String state) {
        Await.until(
                "the state",
                PATIENCE,
                () -> {
                    follower.update();
                    return health(webhook).get("state");
                },
                state::equals);
    }

    private Map<String, Object> health(String webhook) {
        return api.get("/webhooks/" + webhook).getMap("data.health");
    }

    private String page(String path) {
        return given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().admin()))
                .get(path)
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }
}
