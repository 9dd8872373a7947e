package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.ApiDescription.Operation;
import ai.nexadesk.webhooks.testing.Receiver;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import static io.restassured.RestAssured.given;

/** A workspace with data for every operation in the API description. It sends the examples from the description. */
final class DescribedRequests implements AutoCloseable {

    final Api api = Api.ofNewWorkspace();
    final String webhook;
    final String delivery;
    /** Not the key that sends the requests. */
    final String key;

    private final String channel;
    final Receiver receiver;
    private final String event;
    private final String erasure;
    private String job;

    DescribedRequests() throws IOException {
        receiver = Receiver.start();
        receiver.answer(Answer.status(200));
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        event = api.publish("lead.created", "{\"id\":\"1\"}");
        delivery = api.deliveryOf(webhook, event);
        api.await(webhook, delivery, "delivered", 1);
        api.workspace().apiKey("read");
        key = api.get("/api-keys").getString("data[0].id");
        erasure = given().header("Authorization", "Bearer test-publisher-token")
                .contentType("application/json")
                .body(Map.of("workspace_id", api.workspace().id(), "records", List.of("contact:of-nobody")))
                .post("/api/v1/internal/erasures")
                .path("data.id");
        channel = api.post(
                        "/alert-channels", Map.of("kind", "slack", "name", "A channel", "url", receiver.url("/alerts")))
                .path("data.id");
        job = api.post("/webhooks/" + webhook + "/deliveries/retry", Map.of("status", "failed"))
                .path("data.job.id");
    }

    /** Uses this job in requests about a job. */
    void useJob(String id) {
        job = id;
    }

    /** The example from the description, with values of this workspace; null if there is no body. */
    ObjectNode body(Operation operation) {
        var example = operation.json().at("/requestBody/content/application~1json/example");
        if (example.isMissingNode()) {
            return null;
        }
        // If the body may be a list, use the item from the example.
        var body = (ObjectNode) (example.isArray() ? example.get(0) : example).deepCopy();
        if (body.has("url")) {
            body.put("url", receiver.url("/created"));
        }
        if (body.has("workspace_id")) {
            body.put("workspace_id", api.workspace().id());
        }
        if (operation.id().equals("updateWebhook")) {
            body.put("enabled", true);
        }
        return body;
    }

    /** The same body as text. */
    String text(Operation operation) {
        var body = body(operation);
        return body == null ? null : body.toString();
    }

    /** The path from the description, with IDs of this workspace. */
    String path(Operation operation) {
        var kind = operation.path().split("/")[4];
        var id = Map.of("jobs", job, "events", event, "api-keys", key, "erasures", erasure, "alert-channels", channel)
                .getOrDefault(kind, webhook);
        return operation
                .path()
                .replace("{id}", id)
                .replace("{delivery_id}", delivery)
                .replace("{type}", "lead.created");
    }

    /** Sends the example from the description with this request. */
    Response send(RequestSpecification request, Operation operation) {
        return send(request, operation, text(operation));
    }

    /** Sends this body to the path from the description. */
    Response send(RequestSpecification request, Operation operation, String body) {
        return send(request, operation, body, path(operation));
    }

    /** Sends this body to this path. Escapes only braces, spaces, and percent signs in the path. */
    static Response send(RequestSpecification request, Operation operation, String body, String path) {
        var whole = body == null ? request : request.body(body);
        return whole.request(
                operation.method().toUpperCase(Locale.ROOT),
                path.replace("%", "%25").replace("{", "%7B").replace(" ", "%20"));
    }

    @Override
    public void close() throws IOException {
        receiver.close();
    }
}
