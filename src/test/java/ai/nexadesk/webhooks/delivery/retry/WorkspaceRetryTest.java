package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("A retry of all failed deliveries of a workspace")
class WorkspaceRetryTest {

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String one;
    private String other;
    private String ofOne;
    private String ofOther;

    /** Creates two webhooks whose only deliveries have failed, as after days without a success. */
    @BeforeEach
    void fail() {
        one = api.createWebhook(receiver.url("/one"), "lead.created");
        other = api.createWebhook(receiver.url("/other"), "contact.created");
        receiver.answer(Answer.status(410));
        ofOne = api.deliveryOf(one, api.publish("lead.created", "{\"id\":\"of one\"}"));
        ofOther = api.deliveryOf(other, api.publish("contact.created", "{\"id\":\"of the other\"}"));
        api.await(one, ofOne, "retrying", 1);
        api.await(other, ofOther, "retrying", 1);
        api.giveUp(one);
        api.giveUp(other);
        receiver.answer(Answer.status(200));
        for (var webhook : new String[] {one, other}) {
            api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().body("data.status", equalTo("active"));
        }
    }

    private Response retry(Map<String, Object> wanted) {
        return api.post("/deliveries/retry", wanted);
    }

    private void expectMatching(int count, String member, Object value) {
        retry(Map.of("status", "failed", "dry_run", true, member, value))
                .then()
                .statusCode(200)
                .body("data.matching", equalTo(count), "data.job", nullValue());
    }

    @Test
    @DisplayName("delivers them, and its job shows the filters")
    void retries() {
        retry(Map.of("status", "failed", "status_code", "4xx"))
                .then()
                .statusCode(202)
                .body("data.matching", equalTo(2))
                .body("data.job.webhook_id", nullValue())
                .body("data.job.status_code", equalTo("4xx"))
                .body("data.job.q", nullValue());
        api.await(one, ofOne, "delivered", 2);
        api.await(other, ofOther, "delivered", 2);
    }

    @Test
    @DisplayName("reports the outcomes, and does not claim success if some failed again")
    void outcomes() {
        receiver.script(Answer.status(200), Answer.status(500));
        String job = retry(Map.of("status", "failed")).path("data.job.id");
        var outcome = Await.until(
                "both outcomes",
                Duration.ofSeconds(20),
                () -> api.get("/jobs/" + job),
                found -> found.getInt("data.delivered") + found.getInt("data.failed_again") == 2);
        assertThat(outcome.getInt("data.delivered")).isEqualTo(1);
        assertThat(outcome.getInt("data.failed_again")).isEqualTo(1);
        assertThat(outcome.getInt("data.made")).isEqualTo(2);
        given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().admin()))
                .get("/settings/jobs")
                .then()
                .body(containsString("1 failed again"), containsString("1 delivered"));
    }

    @Test
    @DisplayName("includes retrying deliveries if requested")
    void retrying() {
        receiver.answer(Answer.status(500));
        var delivery = api.deliveryOf(one, api.publish("lead.created", "{\"id\":\"3\"}"));
        api.await(one, delivery, "retrying", 1);
        retry(Map.of("status", "failed,retrying", "dry_run", true)).then().body("data.matching", equalTo(3));
        receiver.answer(Answer.status(200));
        retry(Map.of("status", "retrying")).then().statusCode(202).body("data.matching", equalTo(1));
        api.await(one, delivery, "delivered", 2);
        retry(Map.of("status", "retrying,failed")).then().statusCode(202).body("data.matching", equalTo(2));
        api.await(one, ofOne, "delivered", 2);
        retry(Map.of("status", "delivered")).then().statusCode(400).body("fields", hasKey("status"));
    }

    @Test
    @DisplayName("adds no second attempt if requested twice")
    void twice() {
        var answers = new CountDownLatch(1);
        receiver.clear();
        receiver.answer(Answer.after(answers, Answer.status(200)));
        for (int i = 0; i < 2; i++) {
            String job = retry(Map.of("status", "failed")).path("data.job.id");
            Await.until(
                    "both requested retries",
                    Duration.ofSeconds(20),
                    () -> api.get("/jobs/" + job),
                    found -> found.getInt("data.made") == 2);
            receiver.await(2, Duration.ofSeconds(20));
        }
        answers.countDown();
        var sql = new Sql();
        Await.until(
                "the end of all attempts",
                Duration.ofSeconds(20),
                () -> sql.text(
                        "select count(*) from work where workspace_id = ?",
                        api.workspace().id()),
                "0"::equals);
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName("accepts the page's filters, for all webhooks or one, and does nothing in a dry run")
    void filters() {
        expectMatching(2, "status_code", "410");
        expectMatching(0, "status_code", "5xx");
        expectMatching(1, "event", "lead.created");
        expectMatching(1, "q", "of the other");
        expectMatching(1, "q", ofOne);
        expectMatching(0, "until", "2026-01-01T00:00:00Z");
        var ofOneWebhook = "/webhooks/" + one + "/deliveries/retry";
        api.post(ofOneWebhook, Map.of("status", "failed", "dry_run", true, "q", "of the other"))
                .then()
                .body("data.matching", equalTo(0));
        api.post(ofOneWebhook, Map.of("status", "failed", "dry_run", true, "status_code", "410"))
                .then()
                .body("data.matching", equalTo(1));
        assertThat(api.get("/jobs").getList("data")).isEmpty();
        assertThat(api.delivery(one, ofOne).getInt("data.attempt_count")).isEqualTo(1);
    }

    @Test
    @DisplayName("does not affect other workspaces, and rejects invalid requests")
    void refused() {
        Api.ofNewWorkspace()
                .post("/deliveries/retry", Map.of("status", "failed"))
                .then()
                .statusCode(202)
                .body("data.matching", equalTo(0), "data.job.status", equalTo("done"));
        retry(Map.of()).then().statusCode(400).body("fields", hasKey("status"));
        retry(Map.of("status", "failed", "status_code", "9xx"))
                .then()
                .statusCode(400)
                .body("fields", hasKey("status_code"));
        retry(Map.of("status", "failed", "webhook_id", one))
                .then()
                .statusCode(400)
                .body("code", equalTo("unknown_member"));
        api.request().post("/api/v1/external/deliveries/retry").then().statusCode(400);
        assertThat(api.delivery(one, ofOne).getInt("data.attempt_count")).isEqualTo(1);
    }
}
