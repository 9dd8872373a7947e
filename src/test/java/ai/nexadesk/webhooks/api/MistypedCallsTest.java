package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.ApiDescription;
import ai.nexadesk.webhooks.testing.Receiver;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A mistyped call")
class MistypedCallsTest {

    private static final String ROOT = "/api/v1/external";

    private final SoftAssertions softly = new SoftAssertions();
    private ApiDescription description;
    private Api api;

    @BeforeEach
    void newWorkspace() {
        description = ApiDescription.read();
        api = Api.ofNewWorkspace();
    }

    @Test
    @DisplayName("is told which parameter is wrong, and nothing is ignored")
    void parameters() {
        int lists = 0;
        for (var operation : description.operations()) {
            if (!operation.method().equals("get") || operation.path().contains("{") || !operation.isExternal()) {
                continue;
            }
            for (var described : operation.json().path("parameters")) {
                var parameter = description.resolve(described);
                var name = parameter.get("name").textValue();
                var type = parameter.at("/schema/type").textValue();
                refuse(operation.path(), name, "", name + " is empty.");
                refuse(operation.path(), name, "a\0b", type.equals("integer") ? name : name + " has a NUL character");
                if (type.equals("array")) {
                    refuse(operation.path(), name, "nope", name.equals("status_code") ? name : "nope|must be");
                    refuse(operation.path(), name, "A,,b", name + " must be one value");
                } else {
                    var twice = api.request().queryParam(name, "1", "2").get(operation.path());
                    expect(twice, name + " is given more than once", name);
                }
                lists++;
            }
        }
        softly.assertAll();
        assertThat(lists).isGreaterThan(35);
    }

    private void refuse(String path, String name, String value, String words) {
        expect(api.request().queryParam(name, value).get(path), words, name);
    }

    private void expect(Response answer, String words, String field) {
        softly.assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(400);
        softly.assertThat(answer.<String>path("error")).containsPattern(words);
        softly.assertThat(answer.<Map<String, Object>>path("fields"))
                .as(answer.asString())
                .containsKey(field);
    }

    @Test
    @DisplayName("may give several values separately or separated by commas, as documented")
    void severalValues() throws Exception {
        try (var receiver = Receiver.start()) {
            var id = api.createWebhook(receiver.url("/"), "*");
            var path = ROOT + "/webhooks/" + id + "/deliveries";
            var together =
                    api.request().queryParam("event", "ping,lead.created").get(path);
            var apart =
                    api.request().queryParam("event", "lead.created", "ping").get(path);
            assertThat(together.<List<?>>path("data")).isNotEmpty();
            assertThat(apart.<List<?>>path("data.id")).isEqualTo(together.<List<?>>path("data.id"));

            var words = values("DeliveryStatus");
            expect(api.request().get(path + "?status=Failed"), "status must be one of " + words, "status");
            expect(
                    api.request().get(ROOT + "/audit-log?kind=nope"),
                    "kind must be one of " + values("AuditKind"),
                    "kind");
            expect(api.request().urlEncodingEnabled(false).get(path + "?since=2026-03-20T14:00:00+01"), "%2B", "since");
            expect(
                    api.request().get(path + "?since=2026-03-21T00:00:00Z&until=2026-03-20T00:00:00Z"),
                    "until is before since",
                    "until");
            expect(api.request().get(ROOT + "/events?after=LATEST"), "Invalid after", "after");
            softly.assertAll();
        }
    }

    private String values(String enumeration) {
        return description
                .document()
                .at("/components/schemas/" + enumeration + "/enum")
                .valueStream()
                .map(JsonNode::textValue)
                .collect(Collectors.joining(", "));
    }

    @Test
    @DisplayName("is told which kind of ID a path takes, and which methods and media types exist")
    void pathsAndMethods() {
        Map.of(
                        "/webhooks/dlv_1", "webhooks begin with wh_",
                        "/webhooks/wh_1/deliveries/evt_1", "deliveries begin with dlv_",
                        "/jobs/1", "jobs begin with job_",
                        "/api-keys/fc_live_1", "api-keys begin with key_",
                        "/alert-channels/wh_1", "alert-channels begin with ac_",
                        "/webhooks/wh_1", "same workspace",
                        "/webhook", "Check the path")
                .forEach((path, words) -> {
                    var answer = api.request().get(ROOT + path);
                    assertThat(answer.statusCode()).as(path).isEqualTo(404);
                    assertThat(answer.<String>path("error"))
                            .startsWith("Resource not found. ")
                            .contains(words);
                });
        var method = api.request().put(ROOT + "/webhooks");
        assertThat(method.<String>path("error")).endsWith("Use one of GET, HEAD, OPTIONS, POST.");
        assertThat(api.request()
                        .options(ROOT + "/webhooks/wh_1/deliveries/retry")
                        .header("Allow"))
                .isEqualTo("OPTIONS, POST");
        for (var path : List.of("/webhooks/wh_1/ping", "/webhooks/wh_1/secret/rotate", "/webhooks")) {
            var form = api.request()
                    .contentType("application/x-www-form-urlencoded")
                    .body("{}")
                    .post(ROOT + path);
            assertThat(form.statusCode()).as(path).isEqualTo(415);
            assertThat(form.<String>path("error")).contains("-H 'Content-Type: application/json'");
        }
        assertThat(api.request().get(ROOT + "//webhooks").<String>path("error")).contains("The path contains //");
    }

    @Test
    @DisplayName("changes nothing if its condition or body is missing")
    void changes() throws Exception {
        try (var receiver = Receiver.start()) {
            var path = "/webhooks/" + api.createWebhook(receiver.url("/"), "lead.created");
            for (var lost : List.of("", " ", ",")) {
                var answer = api.request()
                        .header("If-Match", lost)
                        .body(Map.of("description", "x"))
                        .patch(ROOT + path);
                expect(answer, "If-Match is empty", "If-Match");
            }
            softly.assertAll();
            var before = api.get(path).getMap("data");
            assertThat(before.get("description")).isEqualTo("");
            assertThat(api.patch(path, "{\"events\":null}").statusCode()).isEqualTo(200);
            assertThat(api.get(path).getList("data.events")).isEqualTo(before.get("events"));
            assertThat(api.patch(path, "{} {}").<String>path("error")).contains("Something follows the JSON object");
            assertThat(api.request()
                            .patch(ROOT + "/alert-channels/ac_" + "0".repeat(32))
                            .statusCode())
                    .isEqualTo(400);
        }
    }
}
