package ai.nexadesk.webhooks.testing;

import ai.nexadesk.webhooks.access.apikey.ApiKey;
import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.database.DatabaseRole;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;

import java.util.Map;
import java.util.UUID;

import static io.restassured.RestAssured.given;

/** A workspace with one of everything, so that every route has data to find. */
public record FilledWorkspace(
        Api api, String webhook, String event, String delivery, String job, String key, String channel) {

    /** Creates a workspace whose webhook sends to this receiver. From then on, the receiver fails. */
    public static FilledWorkspace create(Receiver receiver) {
        var api = Api.ofNewWorkspace();
        receiver.answer(Answer.status(200));
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.answer(Answer.status(500));
        var event = api.publish("lead.created", "{\"id\":\"canary-lead\"}");
        var delivery = api.deliveryOf(webhook, event);
        api.await(webhook, delivery, "retrying", 1);
        String job = api.post("/webhooks/" + webhook + "/deliveries/retry", Map.of("status", "failed"))
                .then()
                .statusCode(202)
                .extract()
                .path("data.job.id");
        var key = DatabaseRole.HOST.call(
                () -> ApiKey.listOf(api.workspace().id()).get(0).id.toString());
        String channel = api.post(
                        "/alert-channels",
                        Map.of("kind", "signed", "name", "Canary channel", "url", receiver.url("/alerts")))
                .then()
                .statusCode(201)
                .extract()
                .path("data.id");
        return new FilledWorkspace(api, webhook, event, delivery, job, key, channel);
    }

    /** The address of the route, with the IDs of this workspace. */
    public String address(Route route) {
        var id = route.path().startsWith("/settings/webhooks") || route.path().contains("/external/webhooks")
                ? webhook
                : route.path().contains("/jobs/")
                        ? job
                        : route.path().contains("/external/api-keys/")
                                ? PublicId.format("key_", UUID.fromString(key))
                                : route.path().contains("/api-keys/")
                                        ? key
                                        : route.path().contains("/external/alert-channels/")
                                                ? channel
                                                : route.path().contains("/alert-channels/")
                                                        ? PublicId.parse("ac_", channel)
                                                                .orElseThrow()
                                                                .toString()
                                                        : event;
        return route.path()
                .replace("{id}", id)
                .replace("{delivery}", delivery)
                .replace("{number}", "1")
                .replace("{type}", "lead.created")
                .replace("{format}", "csv")
                .replaceFirst("/news$", "/news?after=" + delivery);
    }

    /** Sends a request to this route as a person. */
    public static Response askPage(Visitor visitor, Route route, String address) {
        return route.isGet()
                ? visitor.get(address)
                : ask(
                        visitor.form().formParam("overlap_hours", "1").formParam("event", "lead.created"),
                        route,
                        address);
    }

    /** Sends a request to this route as a program. */
    public static Response askApi(String apiKey, Route route, String address) {
        var request = given().header("Authorization", "Bearer " + apiKey);
        return ask(
                route.isGet()
                        ? request
                        : request.contentType("application/json")
                                .body(
                                        address.contains("/webhooks/") && address.endsWith("/test")
                                                ? "{\"event\":\"lead.created\"}"
                                                : "{}"),
                route,
                address);
    }

    /** Sends this request to this route. */
    public static Response ask(RequestSpecification request, Route route, String address) {
        return request.redirects().follow(false).request(route.method(), address);
    }
}
