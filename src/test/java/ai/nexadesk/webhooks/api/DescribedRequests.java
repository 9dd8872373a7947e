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

/** A workspace with something for every operation that the API describes, and the requests of the described examples to it. */
final class DescribedRequests implements AutoCloseable {

    final Api api = Api.ofNewWorkspace();
    final String webhook;
    final String delivery;
    /** Not the one that the requests are made with. */
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

    /** Lets requests about a job be about this one. */
    void useJob(String id) {
        job = id;
    }

    /** The described example, with what exists here; null if there is no body. */
    ObjectNode body(Operation operation) {
        var example = operation.json().at("/requestBody/content/application~1json/example");
        if (example.isMissingNode()) {
            return null;
        }
        // Of several that may be sent at once, the one that stands there.
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

    /** The same as text. */
    String text(Operation operation) {
        var body = body(operation);
        return body == null ? null : body.toString();
    }

    /** The described path, with what exists here. */
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

    /** Sends the described example by this request. */
    Response send(RequestSpecification request, Operation operation) {
        return send(request, operation, text(operation));
    }

    /** Sends this body to the described path. */
    Response send(RequestSpecification request, Operation operation, String body) {
        return send(request, operation, body, path(operation));
    }

    /** Sends this body to this path, in which only braces, spaces and percent signs are escaped. */
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
