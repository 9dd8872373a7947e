package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.api.Bodies;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("A POST with an Idempotency-Key")
class IdempotencyTest {

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();
    private final String key = UUID.randomUUID().toString();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("gets the first response again, and nothing is done twice")
    void again() {
        var body = create(receiver.url("/"));
        var first = post(api, key, "/webhooks", body);
        var second = post(api, key, "/webhooks", body);
        first.then().statusCode(201);
        second.then().statusCode(201).header("Idempotency-Replayed", "true").contentType("application/json");
        assertThat(second.<Map<String, Object>>path("data"))
                .as("the same webhook; its secret is shown once")
                .doesNotContainKey("secret")
                .containsEntry("id", first.path("data.id"));
        assertThat(receiver.requests()).as("one ping").hasSize(1);
        assertThat(api.get("/webhooks").getList("data")).hasSize(1);
    }

    @Test
    @DisplayName("is executed again after 24 hours, not before")
    void forHowLong() {
        String id = post(api, key, "/webhooks", create(receiver.url("/"))).path("data.id");
        receiver.clear();
        clock.advance(Duration.ofHours(23));
        post(api, key + 2, path(id, "ping"), "").then().statusCode(200);
        post(api, key + 2, path(id, "ping"), "").then().statusCode(200);
        assertThat(receiver.requests()).hasSize(1);
        clock.advance(Duration.ofHours(24));
        post(api, key + 2, path(id, "ping"), "").then().statusCode(200);
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName("is rejected with 409 for another request, with another body or path")
    void reused() {
        post(api, key, "/webhooks", create(receiver.url("/"))).then().statusCode(201);
        post(api, key, "/webhooks", create(receiver.url("/other")))
                .then()
                .statusCode(409)
                .body("code", equalTo("idempotency_key_reused"));
        post(api, key, "/webhooks/wh_0/ping", create(receiver.url("/"))).then().statusCode(409);
    }

    @Test
    @DisplayName("is separate for each caller")
    void ofOneCaller() {
        var other = Api.ofNewWorkspace();
        var body = create(receiver.url("/"));
        String mine = post(api, key, "/webhooks", body).path("data.id");
        String theirs = post(other, key, "/webhooks", body).path("data.id");
        assertThat(theirs).isNotNull().isNotEqualTo(mine);
    }

    @Test
    @DisplayName("is rejected with 409 while the first is in progress")
    void underWay() throws Exception {
        var release = new CountDownLatch(1);
        String id = api.createWebhook(receiver.url("/"), "*");
        receiver.clear();
        receiver.script(Answer.after(release, Answer.status(200)));
        var first = CompletableFuture.supplyAsync(() -> post(api, key, path(id, "ping"), ""));
        receiver.await(1, Duration.ofSeconds(10));
        post(api, key, path(id, "ping"), "").then().statusCode(409).body("code", equalTo("request_under_way"));
        release.countDown();
        assertThat(first.get().statusCode()).isEqualTo(200);
        post(api, key, path(id, "ping"), "").then().statusCode(200);
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    @DisplayName("that was rejected gets the same error again, and an invalid key is rejected")
    void refusals() {
        post(api, key, "/webhooks", "{}").then().statusCode(400);
        post(api, key, "/webhooks", "{}")
                .then()
                .statusCode(400)
                .header("Idempotency-Replayed", "true")
                .body("error", equalTo("url: Enter the URL of your endpoint."))
                .body("fields.url[0]", equalTo("Enter the URL of your endpoint."));
        post(api, "with space", "/webhooks", "{}")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_idempotency_key"));
    }

    @Test
    @DisplayName("is executed again after a temporary error, such as a conflict or a missing resource")
    void passingRefusals() {
        String id = api.createWebhook(receiver.url("/"), "*");
        api.patch("/webhooks/" + id, Map.of("enabled", false));
        post(api, key, path(id, "test"), Map.of("event", "lead.created")).then().statusCode(409);
        api.patch("/webhooks/" + id, Map.of("enabled", true));
        post(api, key, path(id, "test"), Map.of("event", "lead.created")).then().statusCode(202);
    }

    @Test
    @DisplayName("leaves no signing secret readable in the database")
    void sealed() throws Exception {
        String secret = post(api, key, "/webhooks", create(receiver.url("/"))).path("data.secret");
        try (var connection = HostDatabase.connect();
                var rows = connection.createStatement().executeQuery("select answer from idempotent_request")) {
            assertThat(secret).startsWith("whsec_");
            while (rows.next()) {
                var answer = rows.getBytes(1);
                assertThat(answer == null ? "" : new String(answer, StandardCharsets.ISO_8859_1))
                        .doesNotContain(secret)
                        .doesNotContain("whsec_");
            }
        }
    }

    @Test
    @DisplayName("or without one is rejected if its body is too large, even if chunked")
    void tooLarge() throws Exception {
        var large = ("{\"event\":\"lead.created\",\"data\":\"" + "x".repeat(Bodies.LIMIT) + "\"}").getBytes();
        for (var body : List.of(
                BodyPublishers.ofByteArray(large),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))) {
            var uri = URI.create("http://localhost:" + RestAssured.port + "/api/v1/external/webhooks/wh_0/test");
            var request = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer " + api.workspace().apiKey("write"))
                    .header("Content-Type", "application/json")
                    .POST(body);
            var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("\"code\":\"payload_too_large\"");
        }
    }

    private static Response post(Api api, String key, String path, Object body) {
        return api.request().header("Idempotency-Key", key).body(body).post("/api/v1/external" + path);
    }

    private static String path(String id, String action) {
        return "/webhooks/" + id + "/" + action;
    }

    private static Map<String, Object> create(String url) {
        return Map.of("url", url, "events", new String[] {"*"});
    }
}
