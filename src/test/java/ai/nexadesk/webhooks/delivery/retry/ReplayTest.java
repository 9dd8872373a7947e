package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("Replay of past events")
class ReplayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    JobRunner jobs;

    private final Api api = Api.ofNewWorkspace();
    private final String since = Instant.now().minusSeconds(60).toString();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("sends a new webhook the events from before its creation: oldest first, once, and marked")
    void backfill() {
        var past = List.of(publish("1"), publish("2"), publish("3"));
        api.publish("contact.created", "{\"id\":\"not subscribed\"}");
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.clear();

        replay(webhook, Map.of("since", since, "only", "missing", "dry_run", true))
                .then()
                .statusCode(200)
                .body("data.matching", equalTo(3))
                .body("data.job", nullValue());
        String job = replay(webhook, Map.of("since", since, "only", "missing"))
                .then()
                .statusCode(202)
                .body("data.job.kind", equalTo("replay"))
                .body("data.job.only", equalTo("missing"))
                .extract()
                .path("data.job.id");
        finish(job);
        for (var event : past) {
            var delivery = api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);
            assertThat(delivery.getString("data.replay")).isEqualTo(job);
        }
        assertThat(receiver.requests()).hasSize(3).allSatisfy(request -> assertThat(request.header("x-nexadesk-replay"))
                .isEqualTo(job));
        assertThat(receiver.requests().stream().map(request -> request.header("x-nexadesk-event-id")))
                .containsExactlyInAnyOrderElementsOf(past);
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?event=lead.created")
                        .getList("data.event_id"))
                .as("the deliveries are in the log where their events are")
                .containsExactly(past.get(2), past.get(1), past.get(0));

        replay(webhook, Map.of("since", since, "only", "missing"))
                .then()
                .statusCode(202)
                .body("data.matching", equalTo(0))
                .body("data.job.status", equalTo("done"));
        assertThat(receiver.requests()).as("no new request").hasSize(3);
        assertThat(api.get("/events/" + past.get(0)).getString("data.webhooks[0].reason"))
                .isEqualTo("recovered");
    }

    @Test
    @DisplayName("of all creates additional deliveries, whose retries are marked, too")
    void all() {
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        var event = publish("1");
        var other = api.publish("contact.created", "{\"id\":\"1\"}");
        var first = api.deliveryOf(webhook, event);
        api.await(webhook, first, "delivered", 1);
        api.await(webhook, api.deliveryOf(webhook, other), "delivered", 1);
        receiver.clear();
        receiver.answer(Answer.status(500));

        var wanted = Map.of("since", since, "only", "all", "events", List.of("lead.created"));
        String job = replay(webhook, wanted).then().statusCode(202).extract().path("data.job.id");
        assertThat(finish(job).getInt("data.made")).isEqualTo(1);
        var deliveries = api.get("/webhooks/" + webhook + "/deliveries?q=" + event);
        assertThat(deliveries.getList("data.id")).hasSize(2).contains(first);
        String again = deliveries.getList("data.id", String.class).stream()
                .filter(id -> !id.equals(first))
                .findFirst()
                .orElseThrow();
        api.await(webhook, again, "retrying", 1);
        receiver.answer(Answer.status(200));
        api.post("/webhooks/" + webhook + "/deliveries/" + again + "/retry")
                .then()
                .statusCode(202);
        api.await(webhook, again, "delivered", 2);
        assertThat(receiver.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.header("x-nexadesk-replay")).isEqualTo(job);
            assertThat(request.header("x-nexadesk-event-id")).isEqualTo(event);
            assertThat(request.header("x-nexadesk-delivery")).isEqualTo(again);
        });
        api.post("/webhooks/" + webhook + "/deliveries/" + again + "/retry");
        api.await(webhook, again, "delivered", 3);
        assertThat(receiver.requests().get(2).header("x-nexadesk-replay"))
                .as("a retry after the job has ended")
                .isEqualTo(job);
        assertThat(api.delivery(webhook, first).getString("data.replay")).isNull();
        assertThat(api.get("/events/" + event).getList("data.webhooks.delivery_id"))
                .as("the latest delivery")
                .containsExactly(again);
    }

    @Test
    @DisplayName("is rejected if it makes no sense, and can be cancelled")
    void refused() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        replay(webhook, Map.of("only", "all")).then().statusCode(400).body("fields", hasKey("since"));
        replay(webhook, Map.of("since", since)).then().statusCode(400).body("fields", hasKey("only"));
        replay(webhook, Map.of("since", since, "only", "missed"))
                .then()
                .statusCode(400)
                .body("error", containsString("missing or all"));
        replay(webhook, Map.of("since", since, "only", "all", "events", List.of("lead.made")))
                .then()
                .statusCode(400)
                .body("fields", hasKey("events"));
        Api.ofNewWorkspace()
                .post("/webhooks/" + webhook + "/replay", Map.of("since", since, "only", "all"))
                .then()
                .statusCode(404);
        api.publishMany("lead.created", 120);
        clock.set(Instant.now().plusSeconds(3600));
        clock.stop();
        String job = replay(webhook, Map.of("since", since, "only", "all"))
                .then()
                .statusCode(202)
                .body("data.matching", equalTo(120))
                .extract()
                .path("data.job.id");
        replay(webhook, Map.of("since", since, "only", "missing"))
                .then()
                .statusCode(409)
                .body("code", equalTo("recovery_under_way"));
        api.post("/jobs/" + job + "/cancel").then().statusCode(200);
        api.patch("/webhooks/" + webhook, Map.of("enabled", false));
        replay(webhook, Map.of("since", since, "only", "all"))
                .then()
                .statusCode(409)
                .body("error", equalTo("The webhook is disabled. Enable it, then send past events."));
    }

    @Test
    @DisplayName("takes turns with other jobs of its workspace, so that a small one does not wait for a large one")
    void turns() {
        var large = api.createWebhook(receiver.url("/large"), "lead.created");
        var small = api.createWebhook(receiver.url("/small"), "contact.created");
        api.publishMany("lead.created", 300);
        api.publish("contact.created", "{\"id\":\"1\"}");
        clock.stop();
        var jobIds = Stream.of(large, small)
                .map(webhook -> replay(webhook, Map.of("since", since, "only", "all")))
                .map(started -> started.then().statusCode(202).extract().<String>path("data.job.id"))
                .toList();
        jobs.run();
        for (int second = 0; second < 3; second++) {
            clock.advance(Duration.ofSeconds(1));
            jobs.run();
        }
        assertThat(api.get("/jobs/" + jobIds.get(1)).getString("data.status")).isEqualTo("done");
        var largeJob = api.get("/jobs/" + jobIds.get(0));
        assertThat(largeJob.getString("data.status")).isEqualTo("running");
        assertThat(largeJob.getInt("data.made"))
                .as("50 a second, shared by both jobs")
                .isBetween(100, 200);
        assertThat(Visitor.signedIn(api.workspace().admin())
                        .get("/settings/jobs/" + jobIds.get(0))
                        .asString())
                .contains("a minute");
        api.post("/jobs/" + jobIds.get(0) + "/cancel").then().statusCode(200);
    }

    @Test
    @DisplayName("has a page that counts first")
    void page() {
        var event = publish("1");
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        var admin = Visitor.signedIn(api.workspace().admin());
        var path = "/settings/webhooks/" + webhook + "/replay";
        assertThat(admin.get(path + "?only=missing&since=2026-01-01T00:00").asString())
                .contains("<strong>1 event</strong>", "Send 1");
        admin.post(path, Map.of("only", "missing", "since", "2026-01-01T00:00", "event", "lead.created"))
                .then()
                .statusCode(303);
        clock.advance(Duration.ofSeconds(1));
        jobs.run();
        var delivery = Await.until(
                "the delivery",
                PATIENCE,
                () -> api.get("/webhooks/" + webhook + "/deliveries?q=" + event).getString("data[0].id"),
                id -> id != null);
        assertThat(admin.get("/settings/webhooks/" + webhook + "/logs/" + delivery)
                        .asString())
                .contains("Resent by");
        assertThat(admin.get("/settings/jobs").asString()).contains("Send past events that were never sent");
    }

    private String publish(String id) {
        return api.publish("lead.created", "{\"id\":\"" + id + "\"}");
    }

    private Response replay(String webhook, Map<String, Object> body) {
        return api.post("/webhooks/" + webhook + "/replay", body);
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
}
