package ai.nexadesk.webhooks.delivery.pace;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("The pace of a webhook")
class PaceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @ParameterizedTest
    @DisplayName("is not exceeded in any second by any request, including pings, and is used fully")
    @CsvSource({"5, 12", "50, 120", "1000, 1500"})
    void perSecond(int perSecond, int events) {
        var webhook = create(Map.of("max_per_second", perSecond));
        publish(events);
        api.post("/webhooks/" + webhook + "/ping", "{}").then().statusCode(200);
        api.post("/webhooks/" + webhook + "/test", "{\"event\":\"lead.created\"}")
                .then()
                .statusCode(202);
        var first = Await.until("a delivery", PATIENCE, () -> delivered(webhook), ids -> !ids.isEmpty())
                .get(0);
        api.post("/webhooks/" + webhook + "/deliveries/" + first + "/retry", "{}")
                .then()
                .statusCode(202);
        var all = receiver.await(events + 3, PATIENCE);
        assertThat(Receiver.most(all, Receiver.SECOND_WITHOUT_DELAYS)).isLessThanOrEqualTo(perSecond);
        var took =
                Duration.between(all.get(0).arrivedAt(), all.get(all.size() - 1).arrivedAt());
        assertThat(took)
                .as("time for %d requests", all.size())
                .isBetween(
                        Duration.ofMillis(1_000L * events / perSecond - 500),
                        Duration.ofMillis(2_000L * events / perSecond + 5_000));
    }

    @Test
    @DisplayName("is not exceeded by repeated requests after a kept connection broke")
    void sentOnce() {
        create(Map.of("max_per_second", 4));
        publish(5);
        var connections = receiver.await(5, PATIENCE).stream()
                .map(Receiver.Request::connection)
                .toList();
        assertThat(connections).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("is not exceeded in concurrent requests")
    void inFlight() {
        create(Map.of("max_in_flight", 3));
        var answersAfter = Duration.ofMillis(150);
        receiver.answer(Answer.status(200).delay(answersAfter));
        publish(30);
        var all = receiver.await(30, PATIENCE);
        assertThat(Receiver.most(all, answersAfter)).isEqualTo(3);
    }

    @Test
    @DisplayName("is shown as the reason why deliveries wait, and if it is removed, they start immediately")
    void waits() {
        var webhook = create(Map.of("max_per_second", 1));
        publish(40);
        receiver.await(1, PATIENCE);
        var path = "/webhooks/" + webhook;
        assertThat(api.get(path).getInt("data.waiting_for_pace")).isBetween(30, 39);
        String last = api.get(path + "/deliveries?limit=1").getString("data[0].id");
        assertThat(api.get(path + "/deliveries/" + last).getBoolean("data.waits_for_pace"))
                .isTrue();
        var limits = new HashMap<String, Object>();
        limits.put("max_per_second", null);
        api.patch(path, limits).then().statusCode(200).body("data.max_per_second", nullValue());
        var all = receiver.await(40, PATIENCE);
        assertThat(Receiver.most(all, Duration.ofSeconds(1))).isGreaterThan(20);
        assertThat(api.get(path).getInt("data.waiting_for_pace")).isZero();
        api.await(webhook, last, "delivered", 1);
        assertThat(api.get(path + "/deliveries/" + last).getBoolean("data.waits_for_pace"))
                .isFalse();
    }

    @Test
    @DisplayName("starts no retry early")
    void retries() {
        var webhook = create(Map.of("max_per_second", 100));
        receiver.answer(Answer.status(500));
        publish(1);
        receiver.await(1, PATIENCE);
        String id = api.get("/webhooks/" + webhook + "/deliveries?limit=1").getString("data[0].id");
        api.await(webhook, id, "retrying", 1);
        assertThat(api.get("/webhooks/" + webhook + "/deliveries/" + id).getBoolean("data.waits_for_pace"))
                .isFalse();
        publish(5);
        assertThat(receiver.await(6, PATIENCE)).hasSize(6);
    }

    @ParameterizedTest
    @DisplayName("is a whole number from 1 to 1,000, or none")
    @CsvSource({"max_per_second, 0", "max_per_second, 1001", "max_in_flight, 0", "max_in_flight, -1"})
    void refused(String member, int limit) {
        api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of("*"), member, limit))
                .then()
                .statusCode(400)
                .body("fields", hasKey(member));
    }

    private String create(Map<String, Integer> pace) {
        var draft = new HashMap<String, Object>(pace);
        draft.put("url", receiver.url("/hook"));
        draft.put("events", List.of("lead.created"));
        String webhook =
                api.post("/webhooks", draft).then().statusCode(201).extract().path("data.id");
        receiver.clear();
        return webhook;
    }

    private List<String> delivered(String webhook) {
        return api.get("/webhooks/" + webhook + "/deliveries?status=delivered&event=lead.created")
                .getList("data.id");
    }

    private void publish(int count) {
        for (int i = 0; i < count; i += 1_000) {
            var events = IntStream.range(i, Math.min(count, i + 1_000))
                    .mapToObj(number -> """
                            {"event":"lead.created","workspace_id":"%s","data":{"id":"%d"}}
                            """.formatted(api.workspace().id(), number))
                    .collect(joining(",", "[", "]"));
            Api.publish(events).then().statusCode(202);
        }
    }
}
