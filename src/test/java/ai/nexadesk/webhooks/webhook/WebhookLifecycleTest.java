package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Signatures;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("A webhook")
class WebhookLifecycleTest {

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("is pinged when saved, signed like any event, and is active if the response is 200")
    void pingedWhenSaved() {
        var created = api.post("/webhooks", Map.of("url", receiver.url("/hook"), "events", List.of("*")))
                .then()
                .statusCode(201)
                .body("data.id", matchesPattern("wh_[0-9a-z]{20}"))
                .body("data.secret", matchesPattern("whsec_[A-Za-z0-9+/]{43}="))
                .body("data.status", equalTo("active"))
                .body("data.last_ping.ok", equalTo(true))
                .body("data.last_ping.message", matchesPattern("Your endpoint responded with 200 in \\d+ ms\\."))
                .extract();
        var ping = receiver.await(1, Duration.ofSeconds(5)).get(0);
        assertThat(ping.method()).isEqualTo("POST");
        assertThat(ping.text())
                .matches("\\{\"event\":\"ping\",\"timestamp\":\"[0-9T:.-]{23}Z\",\"workspace_id\":\""
                        + api.workspace().id() + "\",\"data\":\\{\"webhook_id\":\"" + created.path("data.id") + "\"}}");
        assertThat(ping.header("x-nexadesk-signature"))
                .isEqualTo(Signatures.documented(ping.body(), created.path("data.secret")));
        String id = created.path("data.id");
        var log = api.get("/webhooks/" + id + "/deliveries");
        assertThat(log.getList("data.event")).containsExactly("ping");
        assertThat(log.getList("data.status_code")).containsExactly(200);
    }

    @Test
    @DisplayName("is unchanged by an update without changes, and nobody is pinged or notified")
    void unchanged() {
        var id = api.createWebhook(receiver.url("/hook"), "*");
        var before = api.configuration(id);
        int entries = api.get("/audit-log").getList("data").size();
        receiver.clear();
        clock.advance(Duration.ofMinutes(1));
        for (var change : List.of(
                Map.<String, Object>of(),
                Map.of("url", receiver.url("/hook"), "events", List.of("*"), "description", "", "enabled", true))) {
            api.patch("/webhooks/" + id, change).then().statusCode(200);
        }
        assertThat(api.configuration(id)).isEqualTo(before);
        assertThat(api.get("/audit-log").getList("data")).hasSize(entries);
        assertThat(receiver.requests()).isEmpty();

        api.patch("/webhooks/" + id, Map.of("description", "CRM")).then().statusCode(200);
        assertThat(api.get("/webhooks/" + id).getString("data.updated_at")).isNotEqualTo(before.get("updated_at"));
        assertThat(api.get("/audit-log").getList("data")).hasSize(entries + 1);
    }

    @Test
    @DisplayName("is saved but unverified if the ping is not answered with exactly 200, and receives no events until "
            + "then")
    void unverified() {
        receiver.answer(Answer.status(204));
        String id = api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of("*")))
                .then()
                .statusCode(201)
                .body("data.status", equalTo("unverified"))
                .body("data.last_ping.ok", equalTo(false))
                .body("data.last_ping.message", containsString("exactly 200"))
                .extract()
                .path("data.id");
        api.publish("lead.created", "{}");
        receiver.answer(Answer.status(200));
        api.post("/webhooks/" + id + "/ping").then().statusCode(200).body("data.ok", equalTo(true));
        assertThat(api.get("/webhooks/" + id).getString("data.status")).isEqualTo("active");
        var event = api.publish("lead.created", "{}");
        api.await(id, api.deliveryOf(id, event), "delivered", 1);
        assertThat(receiver.requests())
                .extracting(request -> request.header("x-nexadesk-event"))
                .containsExactly("ping", "ping", "lead.created");
    }

    @Test
    @DisplayName("receives the events that it is subscribed to, and no others")
    void subscription() {
        var id = api.createWebhook(receiver.url("/"), "lead.created", "contact.updated");
        receiver.clear();
        api.publish("lead.updated", "{}");
        api.publish("contact.updated", "{}");
        api.publish("message.created", "{}");
        api.publish("lead.created", "{}");
        receiver.await(2, Duration.ofSeconds(5));
        assertThat(api.get("/webhooks/" + id + "/deliveries").getList("data.event"))
                .containsExactly("lead.created", "contact.updated", "ping");
    }

    @Test
    @DisplayName("is pinged again when its URL changes, and the old URL receives nothing from then on")
    void changedUrl() throws Exception {
        var id = api.createWebhook(receiver.url("/old"), "*");
        receiver.clear();
        try (var other = Receiver.start()) {
            api.patch("/webhooks/" + id, Map.of("url", other.url("/new")))
                    .then()
                    .statusCode(200)
                    .body("data.status", equalTo("active"));
            api.await(id, api.deliveryOf(id, api.publish("lead.created", "{}")), "delivered", 1);
            assertThat(other.requests())
                    .extracting(request -> request.header("x-nexadesk-event"))
                    .containsExactly("ping", "lead.created");
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @Test
    @DisplayName("is not verified by a slow response of the URL that it had before")
    void changedDuringPing() throws Exception {
        receiver.script(Answer.status(500), Answer.status(200).delay(Duration.ofSeconds(2)));
        var id = api.createWebhook(receiver.url("/old"), "*");
        var ping = CompletableFuture.runAsync(() -> api.post("/webhooks/" + id + "/ping"));
        receiver.await(2, Duration.ofSeconds(5));
        try (var other = Receiver.start()) {
            other.answer(Answer.status(500));
            api.patch("/webhooks/" + id, Map.of("url", other.url("/new")))
                    .then()
                    .statusCode(200);
            ping.get();
            assertThat(api.get("/webhooks/" + id).getMap("data"))
                    .containsEntry("status", "unverified")
                    .extractingByKey("last_ping", MAP)
                    .containsEntry("status_code", 500);
        }
    }

    @Test
    @DisplayName("is created once by a form that is sent twice, and again if it was deleted meanwhile")
    void formSentAgain() {
        var admin = Visitor.signedIn(api.workspace().admin());
        var form = Map.of("token", "a form", "url", receiver.url("/"), "events", "*");
        for (int i = 0; i < 2; i++) {
            admin.post("/settings/webhooks/new", form).then().statusCode(303);
        }
        List<String> created = api.get("/webhooks").getList("data.id");
        assertThat(created).hasSize(1);
        api.delete("/webhooks/" + created.get(0)).then().statusCode(200);
        admin.post("/settings/webhooks/new", form).then().statusCode(303);
        assertThat(api.get("/webhooks").getList("data.id")).hasSize(1).doesNotContainAnyElementsOf(created);
    }

    @Test
    @DisplayName("that is already active is not said to be enabled")
    void alreadyEnabled() {
        var path = "/settings/webhooks/" + api.createWebhook(receiver.url("/"), "*");
        var admin = Visitor.signedIn(api.workspace().admin());
        var cookies =
                admin.post(path + "/enable").then().statusCode(303).extract().cookies();
        assertThat(admin.request().cookies(cookies).get(path).asString())
                .contains("This webhook is not disabled.")
                .doesNotContain("Enabled.");
    }

    @Test
    @DisplayName("whose new URL does not respond holds its deliveries until it does")
    void heldWhileUnverified() {
        var id = api.createWebhook(receiver.url("/"), "*");
        receiver.answer(Answer.status(500));
        var delivery = api.deliveryOf(id, api.publish("lead.created", "{}"));
        api.await(id, delivery, "retrying", 1);
        api.patch("/webhooks/" + id, Map.of("url", receiver.url("/new")))
                .then()
                .statusCode(200)
                .body("data.status", equalTo("unverified"));
        assertThat(api.delivery(id, delivery).getString("data.next_attempt_at")).isNull();
        receiver.answer(Answer.status(200));
        clock.advance(Duration.ofMinutes(2));
        api.post("/webhooks/" + id + "/ping").then().statusCode(200);
        api.await(id, delivery, "delivered", 2);
    }

    @Test
    @DisplayName("that is disabled receives nothing, cancels its deliveries, says who disabled it, and is enabled by "
            + "a ping")
    void disableAndEnable() {
        var id = api.createWebhook(receiver.url("/"), "*");
        receiver.answer(Answer.status(500));
        var delivery = api.deliveryOf(id, api.publish("lead.created", "{}"));
        api.await(id, delivery, "retrying", 1);
        api.patch("/webhooks/" + id, Map.of("enabled", false))
                .then()
                .statusCode(200)
                .body("data.status", equalTo("disabled"))
                .body("data.disabled_reason", containsString("Test key"));
        api.await(id, delivery, "cancelled", 1);
        receiver.clear();
        api.publish("lead.created", "{}");
        receiver.answer(Answer.status(200));
        api.patch("/webhooks/" + id, Map.of("enabled", true))
                .then()
                .statusCode(200)
                .body("data.status", equalTo("active"))
                .body("data.disabled_reason", nullValue());
        assertThat(receiver.requests())
                .extracting(request -> request.header("x-nexadesk-event"))
                .containsExactly("ping");
    }

    @Test
    @DisplayName("that is deleted stops immediately, including retries, and is not found again")
    void delete() {
        var id = api.createWebhook(receiver.url("/"), "*");
        receiver.answer(Answer.status(500));
        var delivery = api.deliveryOf(id, api.publish("lead.created", "{}"));
        api.await(id, delivery, "retrying", 1);
        api.delete("/webhooks/" + id).then().statusCode(200);
        api.request().get("/api/v1/external/webhooks/" + id).then().statusCode(404);
        var log = api.get("/deliveries?q=" + delivery);
        assertThat(log.getList("data.status")).containsExactly("cancelled");
        receiver.clear();
        api.publish("lead.created", "{}");
        clock.advance(Duration.ofDays(2));
        assertThat(receiver.requests()).isEmpty();
    }

    @Test
    @DisplayName("shows its secret only on request, which is recorded in the audit log")
    void secret() {
        var id = api.createWebhook(receiver.url("/"), "*");
        var secret = api.secret(id);
        assertThat(api.get("/webhooks/" + id).prettify()).doesNotContain(secret);
        assertThat(api.get("/webhooks").prettify()).doesNotContain(secret);
        var audited = DatabaseRole.HOST.call(() -> ai.nexadesk.webhooks.access.audit.AuditEntry.count(
                "workspaceId = ?1 and action = 'webhook.secret_revealed' and subject = ?2",
                api.workspace().id(),
                id));
        assertThat(audited).isEqualTo(1);
        io.restassured.RestAssured.given()
                .header("Authorization", "Bearer " + api.workspace().apiKey("read"))
                .get("/api/v1/external/webhooks/" + id + "/secret")
                .then()
                .statusCode(403);
    }

    @Test
    @DisplayName("is rejected with the reason beside the wrong member")
    void refused() {
        api.post("/webhooks", Map.of("url", "https://user@example.com/", "events", List.of("lead.created")))
                .then()
                .statusCode(400)
                .body("code", equalTo("validation_failed"))
                .body("fields.url[0]", notNullValue());
        api.post("/webhooks", Map.of("url", "http://10.0.0.1/", "events", List.of("lead.created")))
                .then()
                .statusCode(400)
                .body("fields.url", hasItem(containsString("private")));
        api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of("lead.made")))
                .then()
                .statusCode(400)
                .body("fields.events[0]", containsString("lead.made"));
        api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of("*"), "colour", "red"))
                .then()
                .statusCode(400)
                .body("error", containsString("colour"));
        assertThat(api.get("/webhooks").getList("data")).isEmpty();
    }

    @Test
    @DisplayName("of another workspace is not found by any request")
    void otherWorkspaces() {
        var id = api.createWebhook(receiver.url("/"), "*");
        var stranger = Api.ofNewWorkspace();
        for (var path : List.of("", "/secret", "/deliveries")) {
            stranger.request()
                    .get("/api/v1/external/webhooks/" + id + path)
                    .then()
                    .statusCode(404);
        }
        for (var path : List.of("/ping", "/secret/rotate", "/test")) {
            stranger.post("/webhooks/" + id + path, Map.of()).then().statusCode(404);
        }
        stranger.patch("/webhooks/" + id, Map.of("enabled", false)).then().statusCode(404);
        stranger.delete("/webhooks/" + id).then().statusCode(404);
        assertThat(api.get("/webhooks/" + id).getString("data.status")).isEqualTo("active");
    }

    @Test
    @DisplayName("is one of at most 50 in its workspace")
    void atMostFifty() {
        receiver.answer(Answer.status(200));
        for (int i = 0; i < 50; i++) {
            api.post("/webhooks", Map.of("url", receiver.url("/" + i), "events", List.of("*"), "enabled", false))
                    .then()
                    .statusCode(201);
        }
        api.post("/webhooks", Map.of("url", receiver.url("/51"), "events", List.of("*"), "enabled", false))
                .then()
                .statusCode(409)
                .body("error", containsString("50"));
        var first = api.get("/webhooks?limit=20");
        assertThat(first.getList("data")).hasSize(20);
        assertThat(first.getInt("pagination.total_count")).isEqualTo(50);
        var last = api.get("/webhooks?limit=100&cursor=" + first.getString("pagination.next_cursor"));
        assertThat(last.getList("data")).hasSize(30);
        assertThat(last.getBoolean("pagination.has_more")).isFalse();
    }

    @Test
    @DisplayName("receives a test event on request, alone, through the normal path")
    void testEvent() throws Exception {
        var id = api.createWebhook(receiver.url("/"), "contact.created");
        try (var other = Receiver.start()) {
            api.createWebhook(other.url("/"), "*");
            receiver.clear();
            other.clear();
            String delivery = api.post("/webhooks/" + id + "/test", Map.of("event", "lead.created"))
                    .then()
                    .statusCode(202)
                    .extract()
                    .path("data.delivery_id");
            api.await(id, delivery, "delivered", 1);
            assertThat(receiver.requests().get(0).text())
                    .contains("\"event\":\"lead.created\"")
                    .contains("John Doe");
            api.post("/webhooks/" + id + "/test", "{\"event\":\"lead.created\",\"data\":{\"a\":1.0,\"a\":2}}")
                    .then()
                    .statusCode(400);
            assertThat(other.requests()).isEmpty();
        }
    }
}
