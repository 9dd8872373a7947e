package ai.nexadesk.webhooks.testing;

import ai.nexadesk.webhooks.delivery.health.AutoDisabler;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jakarta.enterprise.inject.spi.CDI;

import static io.restassured.RestAssured.given;

/** A client of the REST API for tests. It uses a workspace's key with both scopes. */
public final class Api {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ROOT = "/api/v1/external";

    private final TestWorkspace workspace;
    private final String key;

    /** Creates a client for this workspace. */
    public Api(TestWorkspace workspace) {
        this.workspace = workspace;
        this.key = workspace.apiKey("read", "write");
    }

    /** Creates a client for a new workspace. */
    public static Api ofNewWorkspace() {
        return new Api(TestWorkspace.create());
    }

    public TestWorkspace workspace() {
        return workspace;
    }

    /** The key, for requests that this class does not cover. */
    public String key() {
        return key;
    }

    /** A request with the key. */
    public RequestSpecification request() {
        return given().header("Authorization", "Bearer " + key).contentType("application/json");
    }

    /** Reads a resource of the external API and expects 200. */
    public JsonPath get(String path) {
        return request().get(ROOT + path).then().statusCode(200).extract().jsonPath();
    }

    /** A webhook without the members that change with its deliveries. */
    public Map<String, Object> configuration(String webhookId) {
        var members =
                new LinkedHashMap<String, Object>(get("/webhooks/" + webhookId).getMap("data"));
        members.keySet().removeAll(Set.of("health", "stats"));
        return members;
    }

    /** Posts to a resource of the external API. */
    public Response post(String path, Object body) {
        return request().body(body).post(ROOT + path);
    }

    /** Posts to a resource of the external API, without a body. */
    public Response post(String path) {
        return request().post(ROOT + path);
    }

    /** Changes a resource of the external API. */
    public Response patch(String path, Object body) {
        return request().body(body).patch(ROOT + path);
    }

    /** Deletes a resource of the external API. */
    public Response delete(String path) {
        return request().delete(ROOT + path);
    }

    /** Creates a webhook for these event types and returns its ID. */
    public String createWebhook(String url, String... events) {
        return post("/webhooks", Map.of("url", url, "events", List.of(events)))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
    }

    /** The secret of a webhook. */
    public String secret(String webhookId) {
        return get("/webhooks/" + webhookId + "/secret").getString("data.secret");
    }

    /** Publishes this JSON, as NexaDesk's services do. */
    public static Response publish(String json) {
        return given().header("Authorization", "Bearer test-publisher-token")
                .contentType("application/json")
                .body(json.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/api/v1/internal/events");
    }

    /** Publishes one event of this workspace with this data and returns its ID. */
    public String publish(String type, String data) {
        return publish("{\"event\":\"" + type + "\",\"workspace_id\":\"" + workspace.id() + "\",\"data\":" + data + "}")
                .then()
                .statusCode(202)
                .extract()
                .path("data.events[0].id");
    }

    /** Publishes this many events of this workspace at once. The data of each event contains only an ID. */
    public void publishMany(String type, int count) {
        var events = IntStream.range(0, count)
                .mapToObj(i -> "{\"event\":\"" + type + "\",\"workspace_id\":\"" + workspace.id()
                        + "\",\"data\":{\"id\":\"" + i + "\"}}")
                .collect(Collectors.joining(",", "[", "]"));
        publish(events).then().statusCode(202);
    }

    /** The only delivery of this event to this webhook. */
    public String deliveryOf(String webhookId, String eventId) {
        var ids = get("/webhooks/" + webhookId + "/deliveries?q=" + eventId).getList("data.id", String.class);
        if (ids.size() != 1) {
            throw new AssertionError("Expected one delivery of " + eventId + " to " + webhookId + ", found " + ids);
        }
        return ids.get(0);
    }

    /** One delivery with all its attempts. */
    public JsonPath delivery(String webhookId, String deliveryId) {
        return get("/webhooks/" + webhookId + "/deliveries/" + deliveryId);
    }

    /** Waits until a delivery meets a condition, and returns it. */
    public JsonPath await(String webhookId, String deliveryId, String what, Predicate<JsonPath> wanted) {
        return Await.until(what, PATIENCE, () -> delivery(webhookId, deliveryId), wanted);
    }

    /** Waits until a delivery has this status and this many attempts, and returns it. */
    public JsonPath await(String webhookId, String deliveryId, String status, int attempts) {
        return await(
                webhookId,
                deliveryId,
                status + " after " + attempts + " attempts",
                found -> found.getString("data.status").equals(status)
                        && found.getInt("data.attempt_count") == attempts);
    }

    /** Marks the waiting deliveries of a webhook as failed, and disables it, as after days without a success. */
    public void giveUp(String webhook) {
        CDI.current().select(AutoDisabler.class).get().disable(webhook, Duration.ofDays(5));
    }
}
