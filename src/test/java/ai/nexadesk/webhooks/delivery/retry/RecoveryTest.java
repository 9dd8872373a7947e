package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

@QuarkusTest
@DisplayName("Recovery of missed events")
class RecoveryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    JobRunner jobs;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;
    private String since;

    @BeforeEach
    void subscribe() {
        since = Instant.now().minusSeconds(60).toString();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created", "lead.updated");
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("delivers the events that the webhook would have received while disabled, each once, and nothing else")
    void recovers() {
        var before = api.publish("lead.created", "{\"id\":\"before\"}");
        api.await(webhook, api.deliveryOf(webhook, before), "delivered", 1);
        enable(false);
        var missed = List.of(
                api.publish("lead.created", "{\"id\":\"1\"}"),
                api.publish("lead.updated", "{\"id\":\"2\"}"),
                api.publish("lead.created", "{\"id\":\"3\"}"));
        api.publish("contact.created", "{\"id\":\"never subscribed\"}");
        enable(true);
        api.publish("lead.deleted", "{\"id\":\"never subscribed\"}");
        var after = api.publish("lead.created", "{\"id\":\"after\"}");
        api.await(webhook, api.deliveryOf(webhook, after), "delivered", 1);
        receiver.clear();

        recover(Map.of("since", since, "dry_run", true))
                .then()
                .statusCode(200)
                .body("data.matching", equalTo(3))
                .body("data.matching_is_lower_bound", equalTo(false))
                .body("data.missed", equalTo(3));
        assertThat(api.get("/jobs").getList("data"))
                .as("a dry run does nothing")
                .isEmpty();

        var job = finish(
                recover(Map.of("since", since)).then().statusCode(202).extract().path("data.job.id"));
        assertThat(job.getInt("data.made")).isEqualTo(3);
        for (var event : missed) {
            api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);
        }
        assertThat(receiver.requests().stream().map(request -> request.header("x-nexadesk-event-id")))
                .containsExactlyInAnyOrderElementsOf(missed);

        recover(Map.of("since", since))
                .then()
                .statusCode(202)
                .body("data.matching", equalTo(0))
                .body("data.job.status", equalTo("done"));
        assertThat(receiver.requests()).as("each once").hasSize(3);
    }

    @Test
    @DisplayName("uses the subscription of that time, and omits test events of other webhooks")
    void subscriptionThen() {
        receiver.answer(Answer.status(500));
        api.post("/webhooks/" + webhook + "/ping");
        api.patch("/webhooks/" + webhook, Map.of("url", receiver.url("/moved")))
                .then()
                .body("data.status", equalTo("unverified"));
        var missed = api.publish("lead.created", "{\"id\":\"1\"}");
        receiver.answer(Answer.status(200));
        var other = api.createWebhook(receiver.url("/other"), "*");
        api.post("/webhooks/" + other + "/test", Map.of("event", "lead.created"))
                .then()
                .statusCode(202);
        api.post("/webhooks/" + webhook + "/ping").then().body("data.ok", equalTo(true));
        api.patch("/webhooks/" + webhook, Map.of("events", List.of("contact.created")));
        String job = recover(Map.of("since", since))
                .then()
                .body("data.matching", equalTo(1))
                .extract()
                .path("data.job.id");
        finish(job);
        api.await(webhook, api.deliveryOf(webhook, missed), "delivered", 1);
    }

    @Test
    @DisplayName("does not wait a second for each empty piece of the log")
    void othersEvents() {
        enable(false);
        var missed = List.of(
                api.publish("lead.created", "{\"id\":\"1\"}"), publishAfterOthers("lead.created", "{\"id\":\"2\"}"));
        enable(true);
        clock.stop();
        String job = recover(Map.of("since", since)).then().extract().path("data.job.id");
        jobs.run();
        var seen = Await.until(
                "the end of the job", PATIENCE, () -> api.get("/jobs/" + job), now -> now.getString("data.status")
                        .equals("done"));
        assertThat(seen.getInt("data.made")).isEqualTo(missed.size());
    }

    /** Publishes an event after more events of another workspace than one piece of the job covers. */
    private String publishAfterOthers(String type, String data) {
        var other = Api.ofNewWorkspace();
        for (int i = 0; i < 6; i++) {
            other.publishMany(type, 1_000);
        }
        return api.publish(type, data);
    }

    @Test
    @DisplayName("works for all webhooks: counts failed, retrying and missed, tries one, and then runs as one job")
    void outage() {
        var other = api.createWebhook(receiver.url("/other"), "lead.created");
        var disabled = api.createWebhook(receiver.url("/disabled"), "contact.created");
        receiver.answer(Answer.status(503));
        var failed = api.publish("lead.created", "{\"id\":\"failed\"}");
        api.await(webhook, api.deliveryOf(webhook, failed), "retrying", 1);
        api.await(other, api.deliveryOf(other, failed), "retrying", 1);
        api.giveUp(webhook);
        var missed = api.publish("lead.created", "{\"id\":\"missed\"}");
        api.await(other, api.deliveryOf(other, missed), "retrying", 1);
        receiver.answer(Answer.status(200));
        enable(true);
        api.patch("/webhooks/" + disabled, Map.of("enabled", false));
        api.publish("contact.created", "{\"id\":\"stays missed\"}");

        var all = Map.<String, Object>of("since", since);
        api.post("/recover", Map.of("since", since, "dry_run", true))
                .then()
                .statusCode(200)
                .body("data.matching", equalTo(5))
                .body("data.failed", equalTo(1))
                .body("data.retrying", equalTo(2))
                .body("data.missed", equalTo(2));
        receiver.answer(Answer.status(500));
        var admin = Visitor.signedIn(api.workspace().admin());
        admin.post("/settings/recover/try-one", Map.of("webhook", "", "since", since))
                .then()
                .statusCode(303);
        assertThat(api.delivery(webhook, api.deliveryOf(webhook, failed)).getInt("data.attempt_count"))
                .isEqualTo(2);

        receiver.answer(Answer.status(200));
        String job = api.post("/recover", all).then().statusCode(202).extract().path("data.job.id");
        finish(job);
        for (var event : List.of(failed, missed)) {
            api.await(webhook, api.deliveryOf(webhook, event), "delivered", event.equals(failed) ? 3 : 1);
            api.await(other, api.deliveryOf(other, event), "delivered", 2);
        }
        var seen = Await.until(
                "the outcomes", PATIENCE, () -> api.get("/jobs/" + job), now -> now.getInt("data.delivered") == 4);
        assertThat(seen.getInt("data.made")).isEqualTo(4);
        assertThat(seen.getInt("data.failed_again")).isZero();
        assertThat(admin.get("/settings/jobs/" + job).asString())
                .contains("Recover from an outage", "All webhooks", "Failed again");
        assertThat(api.get("/webhooks/" + disabled + "/deliveries?event=contact.created")
                        .getList("data"))
                .as("the disabled webhook gets nothing")
                .isEmpty();
        api.post("/recover", Map.of("since", since, "dry_run", true)).then().body("data.failed", equalTo(0));
    }

    @Test
    @DisplayName("tries a missed event if nothing else is left")
    void triesMissed() {
        enable(false);
        var missed = api.publish("lead.created", "{\"id\":\"1\"}");
        enable(true);
        var page = Visitor.signedIn(api.workspace().admin());
        page.post("/settings/recover/try-one", Map.of("webhook", webhook, "since", since))
                .then()
                .statusCode(303)
                .header("Location", containsString("/settings/recover?webhook=" + webhook));
        api.await(webhook, api.deliveryOf(webhook, missed), "delivered", 1);
        assertThat(page.get("/settings/recover?webhook=" + webhook).asString())
                .contains("Nothing to recover in this period.");
    }

    @Test
    @DisplayName("delivers a missed event once, even if two people try it at the same time")
    void triedTwice() {
        enable(false);
        api.publish("lead.created", "{\"id\":\"1\"}");
        enable(true);
        var pages = Stream.generate(() -> Visitor.signedIn(api.workspace().admin()))
                .limit(4)
                .toList();
        pages.parallelStream()
                .forEach(page -> page.post("/settings/recover/try-one", Map.of("webhook", webhook, "since", since)));
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?event=lead.created")
                        .getInt("pagination.total_count"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("processes one piece per second, can be cancelled, and is rejected while one is running")
    void cancel() {
        enable(false);
        api.publishMany("lead.created", 120);
        enable(true);
        clock.set(Instant.now().plusSeconds(3600));
        clock.stop();
        String job = recover(Map.of("since", since))
                .then()
                .body("data.matching", equalTo(120))
                .extract()
                .path("data.job.id");
        recover(Map.of("since", since)).then().statusCode(409).body("code", equalTo("recovery_under_way"));
        jobs.run();
        var seen = Await.until(
                "the first piece", PATIENCE, () -> api.get("/jobs/" + job), now -> now.getInt("data.made") > 0);
        assertThat(seen.getInt("data.made")).isEqualTo(50);
        api.post("/jobs/" + job + "/cancel").then().statusCode(200).body("data.status", equalTo("cancelled"));
        int made = api.get("/jobs/" + job).getInt("data.made");
        clock.advance(Duration.ofSeconds(5));
        jobs.run();
        assertThat(api.get("/jobs/" + job).getInt("data.made")).isEqualTo(made);
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?event=lead.created")
                        .getInt("pagination.total_count"))
                .isEqualTo(made);
        api.post("/jobs/" + job + "/cancel").then().statusCode(409).body("code", equalTo("job_ended"));
        api.post("/recover", Map.of("since", since)).then().statusCode(202);
        api.post("/recover", Map.of("since", since)).then().statusCode(409).body("code", equalTo("recovery_under_way"));
        Api.ofNewWorkspace()
                .request()
                .get("/api/v1/external/jobs/" + job)
                .then()
                .statusCode(404);
    }

    @Test
    @DisplayName("is rejected with a reason if it makes no sense")
    void refused() {
        recover(Map.of()).then().statusCode(400).body("fields", hasKey("since"));
        recover(Map.of("since", "yesterday")).then().statusCode(400).body("fields", hasKey("since"));
        recover(Map.of("sinse", since)).then().statusCode(400).body("code", equalTo("unknown_member"));
        recover(Map.of("since", since, "until", " ")).then().statusCode(400).body("fields", hasKey("until"));
        enable(false);
        recover(Map.of("since", since)).then().statusCode(409).body("error", containsString("Enable it"));
        recover(Map.of("since", since, "dry_run", true)).then().statusCode(200);
        Api.ofNewWorkspace()
                .post("/webhooks/" + webhook + "/recover", Map.of("since", since))
                .then()
                .statusCode(404);
    }

    @Test
    @DisplayName("and retries of all failed deliveries run in the background, with an optional dry run")
    void bulkRetry() {
        receiver.answer(Answer.status(410));
        var events = new ArrayList<String>();
        events.add(api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, api.deliveryOf(webhook, events.get(0)), "retrying", 1);
        api.giveUp(webhook);
        receiver.answer(Answer.status(200));
        retry(Map.of("status", "failed"))
                .then()
                .statusCode(409)
                .body("code", equalTo("webhook_not_active"))
                .body("error", equalTo("The webhook is disabled. Enable it, then retry."));
        retry(Map.of("status", "failed", "dry_run", true)).then().statusCode(200);
        assertThat(askedByPage()).contains("Enable it first").doesNotContain("<span>Retry 1 failed delivery</span>");
        enable(true);
        assertThat(askedByPage())
                .contains("Each delivery gets one attempt now", "<span>Retry 1 failed delivery</span>");
        retry(Map.of("status", "failed", "dry_run", true))
                .then()
                .statusCode(200)
                .body("data.matching", equalTo(1));
        retry(Map.of("status", "failed", "event", "lead.updated", "dry_run", true))
                .then()
                .body("data.matching", equalTo(0));
        retry(Map.of("status", "failed", "until", since, "dry_run", true))
                .then()
                .body("data.matching", equalTo(0));
        receiver.clear();
        String job = retry(Map.of("status", "failed"))
                .then()
                .statusCode(202)
                .extract()
                .path("data.job.id");
        assertThat(finish(job).getInt("data.made")).isEqualTo(1);
        api.await(webhook, api.deliveryOf(webhook, events.get(0)), "delivered", 2);
        assertThat(receiver.requests()).hasSize(1);

        retry(Map.of()).then().statusCode(400).body("fields", hasKey("status"));
        retry(Map.of("status", "delivered")).then().statusCode(400).body("fields", hasKey("status"));
        retry(Map.of("status", "failed", "event", "lead.made"))
                .then()
                .statusCode(400)
                .body("fields", hasKey("event"));
        for (var filter : List.of("since", "until", "event", "status_code", "q")) {
            retry(Map.of("status", "failed", filter, "")).then().statusCode(400).body("fields", hasKey(filter));
        }
        retry(Map.of("status", "failed", "dry_run", "yes"))
                .then()
                .statusCode(400)
                .body("fields", hasKey("dry_run"));
    }

    @Test
    @DisplayName("is available on pages, which first count and then show the progress")
    void pages() {
        enable(false);
        var missed = api.publish("lead.created", "{\"id\":\"1\"}");
        enable(true);
        var session = TestWorkspace.signIn(api.workspace().admin());
        var path = "/settings/recover?webhook=" + webhook;
        given().cookie(TestWorkspace.SESSION, session)
                .get(path)
                .then()
                .statusCode(200)
                .body(containsString("<strong>1 delivery</strong>"));
        var token = TestWorkspace.csrfToken();
        given().redirects()
                .follow(false)
                .cookie(TestWorkspace.SESSION, session)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("webhook", webhook)
                .formParam("since", since)
                .post("/settings/recover")
                .then()
                .statusCode(303)
                .header("Location", containsString("/settings/jobs"));
        jobs.run();
        Await.until(
                "the end of the job",
                PATIENCE,
                () -> given().cookie(TestWorkspace.SESSION, session)
                        .get("/settings/jobs")
                        .asString(),
                page -> page.contains("1 of 1") && page.contains("Done"));
        api.await(webhook, api.deliveryOf(webhook, missed), "delivered", 1);
        var agent = TestWorkspace.signIn(api.workspace().agent());
        given().cookie(TestWorkspace.SESSION, agent).get(path).then().statusCode(403);
    }

    private String askedByPage() {
        return given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().admin()))
                .get("/settings/webhooks/" + webhook + "/logs/retry?status=failed")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private JsonPath finish(String job) {
        return Await.until(
                "the end of the job",
                PATIENCE,
                () -> {
                    clock.advance(Duration.ofSeconds(1));
                    jobs.run();
                    return api.get("/jobs/" + job);
                },
                seen -> seen.getString("data.status").equals("done"));
    }

    private io.restassured.response.Response recover(Map<String, Object> body) {
        return api.post("/webhooks/" + webhook + "/recover", body);
    }

    private io.restassured.response.Response retry(Map<String, Object> body) {
        return api.post("/webhooks/" + webhook + "/deliveries/retry", body);
    }

    private void enable(boolean enabled) {
        api.patch("/webhooks/" + webhook, Map.of("enabled", enabled))
                .then()
                .statusCode(200)
                .body("data.status", equalTo(enabled ? "active" : "disabled"));
    }
}
