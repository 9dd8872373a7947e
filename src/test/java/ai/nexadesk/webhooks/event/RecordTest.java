package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import static io.restassured.RestAssured.given;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("The record of an event")
class RecordTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.clear();
    }

    @ParameterizedTest
    @DisplayName("is derived from its data if the publisher does not name it")
    @CsvSource(
            delimiter = '|',
            value = {
                "lead.updated          | {\"id\":\"550e\"}                              | lead:550e",
                "contact.created       | {\"name\":\"x\",\"id\":17}                     | contact:17",
                "conversation.closed   | {\"tags\":[{\"id\":\"no\"}],\"id\":\"7d9f\"}   | conversation:7d9f",
                "message.created       | {\"id\":\"m1\",\"conversation_id\":\"7d9f\"} | conversation:7d9f",
                "lead.updated          | {\"id\":{\"a\":1}}                             |",
                "lead.updated          | {\"id\":\"with space\"}                        |",
                "lead.updated          | {\"id\":\"Ü\"}                                 |",
                "lead.updated          | {}                                           |"
            })
    void byData(String type, String data, String record) {
        api.publish(type, data);
        var request = receiver.await(1, PATIENCE).get(0);
        assertThat(request.headers("x-nexadesk-record")).isEqualTo(record == null ? List.of() : List.of(record));
        assertThat(request.headers("x-nexadesk-sequence")).hasSize(record == null ? 0 : 1);
    }

    @Test
    @DisplayName("is in headers, in REST and on the page, with changes and actor, but not in the body")
    void named() {
        var event = publish("""
                {"record":"deal:9","changed":["pipeline_stage","tags"],"actor":{"type":"api_key","id":"key_1"},%s}""");
        var request = receiver.await(1, PATIENCE).get(0);
        assertThat(request.header("x-nexadesk-record")).isEqualTo("deal:9");
        assertThat(request.header("x-nexadesk-changed")).isEqualTo("pipeline_stage,tags");
        assertThat(request.header("x-nexadesk-actor")).isEqualTo("api_key:key_1");
        assertThat(request.text()).startsWith("{\"event\":").doesNotContain("deal:9", "key_1");
        var delivery = api.deliveryOf(webhook, event);
        var read = api.await(webhook, delivery, "delivered", 1);
        assertThat(read.getString("data.record")).isEqualTo("deal:9");
        assertThat(read.getString("data.sequence")).isEqualTo(request.header("x-nexadesk-sequence"));
        assertThat(read.getList("data.changed", String.class)).containsExactly("pipeline_stage", "tags");
        assertThat(read.getString("data.actor")).isEqualTo("api_key:key_1");
        given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().admin()))
                .get("/settings/webhooks/" + webhook + "/logs/" + delivery)
                .then()
                .body(containsString("deal:9"), containsString("pipeline_stage, tags"));
    }

    @Test
    @DisplayName("has a sequence that increases with every event, in arrays and between requests, and stays on a retry")
    void sequence() {
        for (int request = 0; request < 5; request++) {
            int first = request * 10;
            Api.publish(IntStream.range(first, first + 10)
                            .mapToObj(i ->
                                    "{\"id\":\"seq-%03d\",\"event\":\"lead.updated\",\"workspace_id\":\"%s\",\"data\":{\"id\":\"1\"}}"
                                            .formatted(i, api.workspace().id()))
                            .collect(joining(",", "[", "]")))
                    .then()
                    .statusCode(202);
        }
        var inOrder = receiver.await(50, PATIENCE).stream()
                .sorted(java.util.Comparator.comparing(request -> request.header("x-nexadesk-event-id")))
                .map(request -> request.header("x-nexadesk-sequence"))
                .toList();
        assertThat(inOrder).isSorted().doesNotHaveDuplicates().allMatch(sequence -> sequence.matches("\\d{19}"));

        receiver.clear();
        var delivery = api.deliveryOf(webhook, "seq-007");
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry")
                .then()
                .statusCode(202);
        var again = receiver.await(1, PATIENCE).get(0);
        assertThat(again.header("x-nexadesk-sequence")).isEqualTo(inOrder.get(7));
        assertThat(again.header("x-nexadesk-record")).isEqualTo("lead:1");
    }

    @ParameterizedTest
    @DisplayName("is rejected if it cannot be sent in a header")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"record\":\"\"                                | invalid_record  | record",
                "\"record\":\"two words\"                       | invalid_record  | record",
                "\"record\":7                                   | wrong_type      | record",
                "\"changed\":\"tags\"                           | wrong_type      | changed",
                "\"changed\":[\"a,b\"]                          | invalid_changed | changed[0]",
                "\"changed\":[\"a\\r\\nX-Evil: 1\"]             | invalid_changed | changed[0]",
                "\"actor\":{\"type\":\"robot\",\"id\":\"1\"}      | invalid_actor   | actor.type",
                "\"actor\":{\"type\":\"system\"}                | missing_member  | actor.id",
                "\"actor\":{\"type\":\"system\",\"name\":\"x\"}   | unknown_member  | actor.name"
            })
    void refused(String member, String code, String path) {
        Api.publish(("{" + member + ",%s}").formatted(rest()))
                .then()
                .statusCode(400)
                .body("code", equalTo(code), "error", containsString(path));
    }

    private String publish(String event) {
        return Api.publish(event.formatted(rest()))
                .then()
                .statusCode(202)
                .extract()
                .path("data.events[0].id");
    }

    private String rest() {
        return "\"event\":\"lead.updated\",\"workspace_id\":\""
                + api.workspace().id() + "\",\"data\":{\"id\":\"1\"}";
    }
}
