package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

@QuarkusTest
@DisplayName("Publishing")
class PublishingTest {

    private static final int ROUNDS = 20;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void subscribe() {
        webhook = api.createWebhook(receiver.url("/"), "*");
        receiver.clear();
    }

    @Test
    @DisplayName("one event returns 202 with its ID, and delivers it with the documented body")
    void one() {
        var sent = event("evt-1", "{\"id\":\"550e8400\",\"amount\":1.0}")
                .replace("\"data\"", "\"timestamp\":\"2026-03-20T15:00:00+01:00\",\"data\"");
        Api.publish(sent)
                .then()
                .statusCode(202)
                .body("success", equalTo(true))
                .body("data.accepted", equalTo(1))
                .body("data.duplicates", equalTo(0))
                .body("data.events[0].id", equalTo("evt-1"))
                .body("data.events[0].duplicate", equalTo(false));
        var request = receiver.await(1, Duration.ofSeconds(5)).get(0);
        assertThat(request.text())
                .isEqualTo("{\"event\":\"lead.created\",\"timestamp\":\"2026-03-20T14:00:00.000Z\",\"workspace_id\":\""
                        + api.workspace().id() + "\",\"data\":{\"id\":\"550e8400\",\"amount\":1}}");
        assertThat(request.header("x-nexadesk-event-id")).isEqualTo("evt-1");
        assertThat(request.header("webhook-id")).isEqualTo("evt-1");
        assertThat(request.header("content-type")).isEqualTo("application/json");
        assertThat(request.header("user-agent")).startsWith("NexaDesk-Webhooks/");
    }

    @Test
    @DisplayName("of large requests never blocks the threads that all connections share")
    void large() throws Exception {
        var many = "[" + (event(null, "{\"text\":\"" + "x".repeat(2_000) + "\"},\"oops\":{}") + ",").repeat(400) + "1]";
        var readers = new HashSet<String>();
        // On a busy machine, the first round may see no reader.
        for (int round = 0; round < ROUNDS && readers.isEmpty(); round++) {
            var publishers = Stream.generate(() -> CompletableFuture.runAsync(
                            () -> Api.publish(many).then().statusCode(400)))
                    .limit(20)
                    .toArray(CompletableFuture<?>[]::new);
            var all = CompletableFuture.allOf(publishers);
            while (!all.isDone()) {
                Thread.getAllStackTraces().forEach((thread, stack) -> {
                    if (Stream.of(stack).anyMatch(frame -> frame.getClassName().endsWith(".EventParser"))) {
                        readers.add(thread.getName());
                    }
                });
            }
            all.get();
        }
        assertThat(readers).isNotEmpty().noneMatch(name -> name.contains("eventloop"));
    }

    @Test
    @DisplayName("the same ID again is a duplicate without effect, in one request or two")
    void idempotent() {
        var twice = "[" + event("same", "{}") + "," + event("same", "{\"other\":1}") + "," + event("else", "{}") + "]";
        Api.publish(twice)
                .then()
                .statusCode(202)
                .body("data.accepted", equalTo(2))
                .body("data.duplicates", equalTo(1))
                .body("data.events[1].duplicate", equalTo(true))
                .body("data.events[1].differs", equalTo(true))
                .body("data.events[0]", not(hasKey("differs")));
        // Another timestamp alone is not a difference, because a publisher that retries may create a new one.
        Api.publish(event("same", "{}"))
                .then()
                .statusCode(202)
                .body("data.accepted", equalTo(0))
                .body("data.events[0].duplicate", equalTo(true))
                .body("data.events[0]", not(hasKey("differs")));
        Api.publish(event("same", "{\"other\":2}")).then().body("data.events[0].differs", equalTo(true));
        Api.publish(event("same", "{}").replace("lead.created", "contact.created"))
                .then()
                .body("data.events[0].differs", equalTo(true));
        receiver.await(2, Duration.ofSeconds(5));
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?event=lead.created")
                        .getInt("pagination.total_count"))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("the same ID in another workspace is another event")
    void idsBelongToWorkspaces() {
        Api.publish(event("shared", "{}")).then().body("data.accepted", equalTo(1));
        var other = Api.ofNewWorkspace();
        Api.publish(event("shared", "{}")
                        .replace(api.workspace().id(), other.workspace().id()))
                .then()
                .body("data.accepted", equalTo(1));
    }

    @Test
    @DisplayName("one invalid event rejects the whole array, is named, and nothing is stored")
    void allOrNothing() {
        var bad = "[" + event("good", "{}") + "," + event("bad", "{\"n\":9007199254740993}") + "]";
        Api.publish(bad)
                .then()
                .statusCode(400)
                .body("success", equalTo(false))
                .body("error", containsString("string"))
                .body("fields", hasKey("$[1].data.n"))
                .body("fields.'$[1].data.n'[0]", not(containsString("$")));
        Api.publish(event("good", "{}")).then().statusCode(202).body("data.accepted", equalTo(1));
    }

    @Test
    @DisplayName("names every invalid event of an array, up to 20")
    void allNamed() {
        var bad = "[" + event("a.b", "{}") + ",7,[{}]," + event("good", "{}") + ","
                + event("x", "{\"a\":[{\"b\":1e999}]}") + ",{}]";
        Api.publish(bad)
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_id"))
                .body("error", containsString("$[0].id: "))
                .body("error", containsString("5 events"))
                .body(
                        "fields.keySet()",
                        containsInAnyOrder("$[0].id", "$[1]", "$[2]", "$[4].data.a[0].b", "$[5].event"));
        var many = "[" + "{},".repeat(30) + "{}]";
        Api.publish(many).then().statusCode(400).body("fields.keySet()", hasSize(20));
        var nowhere = event("n", "{}").replace(api.workspace().id(), "ws_doesnotexist");
        Api.publish("[" + nowhere + "," + event("good", "{}") + "," + nowhere + "]")
                .then()
                .statusCode(400)
                .body("fields.keySet()", containsInAnyOrder("$[0].workspace_id", "$[2].workspace_id"));
    }

    @Test
    @DisplayName("treats null like an absent optional member")
    void nulls() {
        Api.publish(event("x", "{}").replace("\"id\":\"x\"", "\"id\":null,\"timestamp\":null"))
                .then()
                .statusCode(202)
                .body("data.events[0].id", startsWith("evt_"));
    }

    @Test
    @DisplayName("for an unknown workspace is rejected by name")
    void unknownWorkspace() {
        Api.publish("[" + event("a", "{}") + ","
                        + event("b", "{}").replace(api.workspace().id(), "ws_doesnotexist") + "]")
                .then()
                .statusCode(400)
                .body("code", equalTo("unknown_workspace"))
                .body("error", containsString("ws_doesnotexist"))
                .body("fields", hasKey("$[1].workspace_id"));
    }

    @Test
    @DisplayName("generates an ID if none is given")
    void makesIds() {
        Api.publish("{\"event\":\"lead.created\",\"workspace_id\":\""
                        + api.workspace().id() + "\",\"data\":{}}")
                .then()
                .statusCode(202)
                .body("data.events[0].id", startsWith("evt_"));
    }

    @Test
    @DisplayName("an event without an ID again with the same Idempotency-Key is a duplicate, but another event is not")
    void idempotencyKey() {
        var two = ("[E,E]")
                .replace(
                        "E",
                        "{\"event\":\"lead.created\",\"workspace_id\":\""
                                + api.workspace().id() + "\",\"data\":{}}");
        publishWithKey(two).body("data.accepted", equalTo(2));
        publishWithKey(two).body("data.accepted", equalTo(0)).body("data.duplicates", equalTo(2));
        publishWithKey(two.replace("{}", "{\"other\":1}")).body("data.accepted", equalTo(2));
    }

    private static ValidatableResponse publishWithKey(String body) {
        return given().header("Authorization", "Bearer test-publisher-token")
                .header("Idempotency-Key", "some-key")
                .contentType("application/json")
                .body(body)
                .post("/api/v1/internal/events")
                .then()
                .statusCode(202);
    }

    @Test
    @DisplayName("needs a publisher's token, not an API key or a wrong token")
    void needsToken() {
        given().contentType("application/json")
                .body(event("x", "{}"))
                .post("/api/v1/internal/events")
                .then()
                .statusCode(401);
        given().contentType("application/json")
                .header("Authorization", "Bearer nexadesk-demo-publisher")
                .body(event("x", "{}"))
                .post("/api/v1/internal/events")
                .then()
                .statusCode(401);
        api.request()
                .body(event("x", "{}"))
                .post("/api/v1/internal/events")
                .then()
                .statusCode(401);
    }

    @Test
    @DisplayName("1,000 events at once are all delivered")
    void thousand() {
        var array = new StringBuilder("[");
        for (int i = 0; i < 1_000; i++) {
            array.append(i == 0 ? "" : ",").append(event("bulk-" + i, "{\"n\":" + i + "}"));
        }
        Api.publish(array.append("]").toString()).then().statusCode(202).body("data.accepted", equalTo(1_000));
        var requests = receiver.await(1_000, Duration.ofSeconds(30));
        assertThat(requests.stream()
                        .map(request -> request.header("x-nexadesk-event-id"))
                        .distinct())
                .hasSize(1_000);
    }

    private String event(String id, String data) {
        return "{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\""
                + api.workspace().id() + "\",\"data\":" + data + "}";
    }
}
