package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Receiver.Request;
import ai.nexadesk.webhooks.testing.SettableClock;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jakarta.inject.Inject;

import static java.util.Collections.singletonMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("Consecutive updates of a record")
class CoalescingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SECONDS = 60;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Inject
    SettableClock clock;

    @Inject
    Housekeeping housekeeping;

    private String webhook;

    @AfterEach
    void present() {
        clock.reset();
    }

    @Test
    @DisplayName(
            "become one request with the last state and all changes, and the others name the delivery that they were "
                    + "merged into")
    void merged() {
        merging(SECONDS);
        var ids = IntStream.range(0, 50)
                .mapToObj(i -> publish("lead.updated", "1", "\"field_" + i % 3 + "\""))
                .toList();
        var other = publish("lead.updated", "2", "\"stage\"");
        assertThat(receiver.requests()).isEmpty();
        passes();
        var arrived = arrived(2);
        var last = arrived.stream()
                .filter(request -> request.header("x-nexadesk-record").equals("lead:1"))
                .findFirst()
                .orElseThrow();
        assertThat(last.header("x-nexadesk-event-id")).isEqualTo(ids.get(49));
        assertThat(last.header("x-nexadesk-changed").split(","))
                .containsExactlyInAnyOrder("field_0", "field_1", "field_2");
        assertThat(arrived)
                .anyMatch(request -> request.header("x-nexadesk-event-id").equals(other));
        var into = api.deliveryOf(webhook, ids.get(49));
        var merged = api.delivery(webhook, api.deliveryOf(webhook, ids.get(7)));
        assertThat(merged.getString("data.status")).isEqualTo("merged");
        assertThat(merged.getString("data.merged_into")).isEqualTo(into);
        assertThat(api.await(webhook, into, "delivered", 1).getList("data.changed"))
                .hasSize(3);
        api.post("/webhooks/" + webhook + "/deliveries/" + merged.getString("data.id") + "/retry")
                .then()
                .statusCode(409)
                .body("code", equalTo("delivery_merged"));
        api.post("/webhooks/" + webhook + "/deliveries/" + into + "/retry")
                .then()
                .statusCode(202);
        assertThat(arrived(3).get(2).header("x-nexadesk-changed")).isEqualTo(last.header("x-nexadesk-changed"));
    }

    @Test
    @DisplayName("in one array become one request, without changes if one of them had none")
    void array() {
        merging(SECONDS);
        Api.publish(List.of(
                                event("lead.updated", "1", "\"a\""),
                                event("lead.updated", "1", ""),
                                event("lead.updated", "1", "\"b\""))
                        .toString())
                .then()
                .statusCode(202);
        passes();
        assertThat(arrived(1).get(0).headers("x-nexadesk-changed")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("are neither overtaken by nor merged with other events, which end the waiting time")
    @ValueSource(strings = {"lead.created", "conversation.closed"})
    void followed(String other) {
        merging(SECONDS);
        var record = other.startsWith("lead") ? "lead" : "conversation";
        publish(other, "1", "");
        publish(record + ".updated", "1", "\"a\"");
        publish(record + ".updated", "1", "\"b\"");
        publish(other, "1", "");
        publish(record + ".updated", "1", "\"c\"");
        assertThat(arrived(3).stream().map(request -> request.header("x-nexadesk-event")))
                .containsExactly(other, record + ".updated", other);
        assertThat(receiver.requests().get(1).header("x-nexadesk-changed").split(","))
                .containsExactlyInAnyOrder("a", "b");
        passes();
        assertThat(arrived(4).get(3).header("x-nexadesk-changed")).isEqualTo("c");
    }

    @Test
    @DisplayName("are not merged into one that was attempted, but wait for it")
    void attempted() {
        merging(SECONDS);
        receiver.script(Answer.status(500));
        var first = api.deliveryOf(webhook, publish("lead.updated", "1", "\"a\""));
        passes();
        api.await(webhook, first, "retrying", 1);
        publish("lead.updated", "1", "\"b\"");
        var last = api.deliveryOf(webhook, publish("lead.updated", "1", "\"c\""));
        assertThat(api.delivery(webhook, last).getString("data.waiting_for.id")).isEqualTo(first);
        clock.advance(Duration.ofHours(1));
        housekeeping.run();
        assertThat(arrived(3).stream().map(request -> request.header("x-nexadesk-changed")))
                .satisfiesExactly(
                        changed -> assertThat(changed).isEqualTo("a"),
                        changed -> assertThat(changed).isEqualTo("a"),
                        changed -> assertThat(changed.split(",")).containsExactlyInAnyOrder("b", "c"));
    }

    @Test
    @DisplayName("are all sent if merging is turned off, and the number of seconds is validated")
    void switched() {
        merging(SECONDS);
        publish("lead.updated", "1", "");
        change(null).then().statusCode(200).body("data.coalesce_seconds", nullValue());
        publish("lead.updated", "1", "");
        publish("lead.updated", "1", "");
        arrived(2);
        passes();
        arrived(3);
        for (var wrong : List.of(-1, 301)) {
            change(wrong)
                    .then()
                    .statusCode(400)
                    .body("fields.coalesce_seconds[0]", equalTo("Use 1 to 300 seconds, or 0 to send every update."));
        }
        change(0).then().statusCode(200).body("data.coalesce_seconds", nullValue());
    }

    private Response change(Integer seconds) {
        return api.patch("/webhooks/" + webhook, singletonMap("coalesce_seconds", seconds));
    }

    private void merging(int seconds) {
        webhook = api.post(
                        "/webhooks",
                        Map.of("url", receiver.url("/hook"), "events", List.of("*"), "coalesce_seconds", seconds))
                .then()
                .statusCode(201)
                .body("data.coalesce_seconds", equalTo(seconds))
                .extract()
                .path("data.id");
        receiver.clear();
    }

    private String publish(String type, String record, String changed) {
        return Api.publish(event(type, record, changed))
                .then()
                .statusCode(202)
                .extract()
                .path("data.events[0].id");
    }

    private String event(String type, String record, String changed) {
        return """
                {"event":"%s","workspace_id":"%s","changed":[%s],"data":{"id":"%s"}}
                """.formatted(type, api.workspace().id(), changed, record);
    }

    /** Lets the waiting time of updates pass. */
    private void passes() {
        clock.advance(Duration.ofSeconds(SECONDS + 1));
        housekeeping.run();
    }

    private List<Request> arrived(int count) {
        return Await.until(count + " requests", PATIENCE, receiver::requests, requests -> requests.size() == count);
    }
}
