package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.dispatch.Dispatcher;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Receiver.Request;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

/** Checks the promise at the receiver: for each record, the sequence never decreases. */
@QuarkusTest
@DisplayName("At a webhook with ordered delivery, the events of a record")
class RecordOrderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Inject
    Dispatcher dispatcher;

    private final Sql sql = new Sql();

    /** Skipped events. A retry that was requested at the same moment may send them once more. */
    private final Set<String> skipped = new HashSet<>();

    private String webhook;

    @Test
    @DisplayName("wait for one that is being retried until it has ended, while other records do not wait")
    void waits() {
        ordered();
        receiver.script(Answer.status(500));
        var first = delivery(publish("a"));
        api.await(webhook, first, "retrying", 1);
        var second = delivery(publish("a"));
        var other = delivery(publish("b"));
        api.await(webhook, other, "delivered", 1);
        var waiting = api.delivery(webhook, second);
        assertThat(waiting.getString("data.status")).isEqualTo("waiting");
        assertThat(waiting.getString("data.waiting_for.id")).isEqualTo(first);
        assertThat(waiting.getString("data.waiting_for.until"))
                .isEqualTo(api.delivery(webhook, first).getString("data.next_attempt_at"));
        assertThat(listed("waiting")).containsExactly(second);
        assertThat(listed("waiting,retrying")).containsExactly(second, first);
        assertThat(listed("queued")).isEmpty();
        assertThat(listed("sending")).isEmpty();
        api.post("/webhooks/" + webhook + "/deliveries/" + first + "/retry")
                .then()
                .statusCode(202);
        api.await(webhook, second, "delivered", 1);
        assertThat(api.delivery(webhook, first).getInt("data.attempt_count")).isEqualTo(2);
        neverGoBack();
    }

    @Test
    @DisplayName("continue when the first is skipped, which is possible only for unfinished ones of such a webhook")
    void skip() {
        ordered();
        receiver.script(Answer.status(500));
        var first = delivery(publish("a"));
        api.await(webhook, first, "retrying", 1);
        var second = delivery(publish("a"));
        skip(first).then().statusCode(200).body("data.id", equalTo(first));
        api.await(webhook, second, "delivered", 1);
        assertThat(api.delivery(webhook, first).getString("data.status")).isEqualTo("failed");
        assertThat(api.get("/audit-log").getString("data[0].action")).isEqualTo("delivery.skipped");
        skip(first).then().statusCode(409).body("code", equalTo("delivery_finished"));
        var plain = api.createWebhook(receiver.url("/plain"), "lead.created");
        var lead = api.publish("lead.created", "{\"id\":\"1\"}");
        api.post("/webhooks/" + plain + "/deliveries/" + api.deliveryOf(plain, lead) + "/skip")
                .then()
                .statusCode(409)
                .body("code", equalTo("not_ordered"));
        skip("dlv_0199f3a0c1d27e3f8a4b5c6d7e8f9012").then().statusCode(404);
    }

    @Test
    @DisplayName("that are skipped while being sent end with that request, and are not sent again")
    void skipSending() {
        ordered();
        var latch = new CountDownLatch(1);
        receiver.script(Answer.after(latch, Answer.status(500)));
        var first = delivery(publish("a"));
        Await.until("its request", PATIENCE, this::arrived, requests -> requests.size() == 1);
        var second = delivery(publish("a"));
        skip(first).then().statusCode(200);
        assertThat(api.delivery(webhook, second).getString("data.status")).isEqualTo("waiting");
        latch.countDown();
        api.await(webhook, second, "delivered", 1);
        api.await(webhook, first, "failed", 1);
        assertThat(arrived()).hasSize(2);
    }

    @Test
    @DisplayName("that were sent before precede waiting ones if they are retried")
    void earlierAgain() {
        ordered();
        var delivered = delivery(publish("a"));
        api.await(webhook, delivered, "delivered", 1);
        var latch = new CountDownLatch(1);
        receiver.script(Answer.status(500), Answer.after(latch, Answer.status(200)));
        var failing = delivery(publish("a"));
        api.await(webhook, failing, "retrying", 1);
        api.post("/webhooks/" + webhook + "/deliveries/" + delivered + "/retry")
                .then()
                .statusCode(202);
        api.await(
                webhook,
                failing,
                "a delivery that waits for the retried one",
                found -> delivered.equals(found.getString("data.waiting_for.id")));
        api.post("/webhooks/" + webhook + "/deliveries/" + failing + "/retry")
                .then()
                .statusCode(202);
        assertThat(api.delivery(webhook, failing).getString("data.status")).isEqualTo("waiting");
        latch.countDown();
        api.await(webhook, failing, "delivered", 2);
        assertThat(arrived().stream().map(request -> request.header("x-nexadesk-delivery")))
                .containsExactly(delivered, failing, delivered, failing);
    }

    @Test
    @DisplayName("wait for missed ones that are recovered later")
    void recovered() {
        ordered();
        api.patch("/webhooks/" + webhook, Map.of("enabled", false)).then().statusCode(200);
        publish("a");
        publish("a");
        api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().statusCode(200);
        receiver.clear();
        receiver.script(Answer.status(500));
        var later = delivery(publish("a"));
        api.await(webhook, later, "retrying", 1);
        receiver.clear();
        api.post("/webhooks/" + webhook + "/recover", Map.of("since", "2020-01-01T00:00:00Z"))
                .then()
                .statusCode(202);
        Await.until("the missed events", PATIENCE, this::arrived, requests -> requests.size() >= 2);
        retryAll();
        api.await(webhook, later, "delivered", 2);
        neverGoBack();
    }

    @Test
    @DisplayName("wait for each other from the moment the setting is on until it is off")
    void switched() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.clear();
        receiver.script(Answer.status(500), Answer.status(500));
        var first = delivery(publish("a"));
        api.await(webhook, first, "retrying", 1);
        var second = delivery(publish("a"));
        api.await(webhook, second, "retrying", 1);
        order(true);
        assertThat(api.delivery(webhook, second).getString("data.waiting_for.id"))
                .isEqualTo(first);
        var third = delivery(publish("a"));
        assertThat(api.delivery(webhook, third).getString("data.status")).isEqualTo("waiting");
        order(false);
        api.await(webhook, third, "delivered", 1);
        assertThat(api.delivery(webhook, second).getString("data.status")).isEqualTo("retrying");
        receiver.script(Answer.status(500));
        var fourth = delivery(publish("a"));
        api.await(webhook, fourth, "retrying", 1);
        api.await(webhook, delivery(publish("a")), "delivered", 1);
        order(true);
        Await.until("the end of all deliveries", PATIENCE, this::unfinished, left -> {
            retryAll();
            return left.isEmpty();
        });
        assertThat(arrived().stream().skip(5).map(request -> request.header("x-nexadesk-delivery")))
                .containsExactly(first, second, fourth);
    }

    @Test
    @DisplayName("do not delay test events, which have no order")
    void tested() {
        ordered();
        receiver.script(Answer.status(500));
        api.await(webhook, delivery(publish("a")), "retrying", 1);
        var test = api.post(
                "/webhooks/" + webhook + "/test", Map.of("event", "conversation.updated", "data", Map.of("id", "a")));
        test.then().statusCode(202);
        api.await(webhook, test.jsonPath().getString("data.delivery_id"), "delivered", 1);
    }

    @Test
    @DisplayName("continue if the replica with the previous one died, or if that was erased")
    void stuck() throws Exception {
        ordered();
        receiver.script(Answer.status(500));
        var first = delivery(publish("a"));
        api.await(webhook, first, "retrying", 1);
        var second = delivery(publish("a"));
        sql.run("delete from work where webhook_id = ? and owner is null", webhook);
        dispatcher.advanceStuck();
        api.await(webhook, second, "delivered", 1);
    }

    @RepeatedTest(3)
    @DisplayName(
            "never overtake each other, despite failures, concurrent publishing, retries, skips and setting changes")
    void never(RepetitionInfo repetition) throws Exception {
        ordered();
        var random = new Random(repetition.getCurrentRepetition());
        receiver.answer(socket -> Answer.status(random.nextInt(10) < 3 ? 500 : 200)
                .delay(Duration.ofMillis(random.nextInt(5)))
                .give(socket));
        var records = List.of("a", "b", "c", "d", "e", "f", "g");
        var publishers = Stream.of(1, 2, 3)
                .map(number -> new Thread(() -> {
                    var own = new Random(number);
                    for (int i = 0; i < 15; i++) {
                        publishArray(Stream.generate(() -> records.get(own.nextInt(records.size())))
                                .limit(1 + own.nextInt(8))
                                .toList());
                    }
                }))
                .toList();
        publishers.forEach(Thread::start);
        for (int i = 0; i < 12; i++) {
            retryAll();
            if (i == 6) {
                listed("retrying").stream().limit(2).peek(skipped::add).forEach(this::skip);
            }
        }
        for (var publisher : publishers) {
            publisher.join();
        }
        receiver.answer(Answer.status(200));
        Await.until("the end of all deliveries", PATIENCE, this::unfinished, left -> {
            retryAll();
            return left.isEmpty();
        });
        neverGoBack();
    }

    private void ordered() {
        webhook = api.post("/webhooks", Map.of("url", receiver.url("/hook"), "events", List.of("*"), "ordered", true))
                .then()
                .statusCode(201)
                .body("data.ordered", equalTo(true))
                .extract()
                .path("data.id");
        receiver.clear();
    }

    private void order(boolean wanted) {
        api.patch("/webhooks/" + webhook, Map.of("ordered", wanted))
                .then()
                .statusCode(200)
                .body("data.ordered", equalTo(wanted));
    }

    private String publish(String record) {
        return api.publish("conversation.updated", "{\"id\":\"" + record + "\",\"status\":\"open\"}");
    }

    private void publishArray(List<String> records) {
        Api.publish(records.stream()
                        .map(record -> "{\"event\":\"conversation.updated\",\"workspace_id\":\""
                                + api.workspace().id() + "\",\"data\":{\"id\":\"" + record + "\"}}")
                        .collect(joining(",", "[", "]")))
                .then()
                .statusCode(202);
    }

    private String delivery(String event) {
        return api.deliveryOf(webhook, event);
    }

    private Response skip(String delivery) {
        return api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/skip");
    }

    private void retryAll() {
        api.post("/webhooks/" + webhook + "/deliveries/retry", Map.of("status", "retrying"))
                .then()
                .statusCode(202);
    }

    private List<String> listed(String status) {
        return api.get("/webhooks/" + webhook + "/deliveries?status=" + status).getList("data.id", String.class);
    }

    /** All unfinished work, for the message of a failure. */
    private String unfinished() {
        return sql.text("""
                select coalesce(string_agg(format('%s of %s owned by %s due %s after %s', delivery_id, record, owner, due_at, attempts),
                    '; ' order by record, event_key), '') from work where webhook_id = ?
                """, webhook);
    }

    private List<Request> arrived() {
        return receiver.requests().stream()
                .filter(request -> request.header("x-nexadesk-event").equals("conversation.updated"))
                .toList();
    }

    private void neverGoBack() {
        Map<String, List<String>> sequences = arrived().stream()
                .filter(request -> !skipped.contains(request.header("x-nexadesk-delivery")))
                .collect(groupingBy(
                        request -> request.header("x-nexadesk-record"),
                        mapping(request -> request.header("x-nexadesk-sequence"), toList())));
        assertThat(sequences)
                .isNotEmpty()
                .allSatisfy((record, arrived) -> assertThat(arrived).as(record).isSorted());
    }
}
