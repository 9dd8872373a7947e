package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.dispatch.Dispatcher;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A delivery whose webhook is disabled while a replica has it")
class EndedWorkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    Housekeeping housekeeping;

    @Inject
    Dispatcher dispatcher;

    @Inject
    Replica replica;

    private final Api api = Api.ofNewWorkspace();
    private final Sql sql = new Sql();
    private final CountDownLatch answers = new CountDownLatch(1);

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;
    private StoredWork work;

    @BeforeEach
    void subscribe() {
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        work = new StoredWork(sql, api.workspace().id(), webhook);
        receiver.clear();
    }

    @AfterEach
    void close() {
        answers.countDown();
        clock.reset();
    }

    @Test
    @DisplayName("has no second request open when it is retried: the retry follows the first, and both are logged")
    void neverTwoAtOnce() {
        receiver.script(Answer.after(answers, Answer.status(500)));
        var delivery = publish();
        disable();
        assertThat(status(delivery)).isEqualTo("cancelled");
        enable();
        retry(delivery);
        housekeeping.run();
        housekeeping.run();
        assertThat(sent()).hasSize(1);

        answers.countDown();
        var seen = api.await(webhook, delivery, "delivered", 2);
        assertThat(seen.getList("data.attempts.number")).containsExactly(2, 1);
        assertThat(seen.getList("data.attempts.trigger")).containsExactly("manual", "automatic");
        assertThat(sent()).hasSize(2);
        assertNothingWaits();
    }

    @Test
    @DisplayName("stays cancelled if the request fails, with its attempt in the log and no other to come")
    void staysCancelled() {
        receiver.script(Answer.after(answers, Answer.status(500)));
        var delivery = publish();
        disable();
        enable();
        answers.countDown();
        var seen = api.await(webhook, delivery, "cancelled", 1);
        assertThat(seen.getInt("data.attempts[0].status_code")).isEqualTo(500);
        assertThat(seen.getString("data.next_attempt_at")).isNull();
        assertNothingWaits();
    }

    @Test
    @DisplayName("is not sent if its attempt had not begun, even if the webhook is enabled again immediately")
    void notBegun() {
        // Of these, 16 are in flight, and 64 are stored as possibly begun.
        receiver.script(Collections.nCopies(16, Answer.after(answers, Answer.status(200)))
                .toArray(Answer[]::new));
        var event = "{\"event\":\"lead.created\",\"workspace_id\":\""
                + api.workspace().id() + "\",\"data\":{}}";
        Api.publish("[" + String.join(",", Collections.nCopies(200, event)) + "]")
                .then()
                .statusCode(202);
        Await.until("the deliveries that may be in flight", PATIENCE, () -> sent().size(), count -> count == 16);
        disable();
        enable();
        answers.countDown();
        Await.until(
                "all deliveries to be finished or released",
                PATIENCE,
                () -> sql.text("select count(*) from work where webhook_id = ? and owner is not null", webhook),
                "0"::equals);
        housekeeping.run();
        assertThat(sent()).hasSize(64);
        housekeeping.everyMinute();
        assertNothingWaits();
    }

    @Test
    @DisplayName("that is released without an attempt continues only for a retry requested meanwhile")
    void comesBack() throws Exception {
        var retried = work.insert("-1 minute", "now()", replica.id());
        var other = work.insert("-1 minute", "now()", replica.id());
        disable();
        enable();
        retry(DeliveryIds.format(retried));
        dispatcher.releaseForgotten();
        housekeeping.run();
        var seen = api.await(webhook, DeliveryIds.format(retried), "delivered", 1);
        assertThat(seen.getList("data.attempts.trigger")).containsExactly("manual");
        assertThat(status(DeliveryIds.format(other))).isEqualTo("cancelled");
        assertThat(sent()).hasSize(1);

        retry(DeliveryIds.format(other));
        housekeeping.run();
        api.await(webhook, DeliveryIds.format(other), "delivered", 1);
        assertNothingWaits();
    }

    @Test
    @DisplayName("by a replica that dies is taken over but not sent")
    void taken() throws Exception {
        var delivery = work.insert("-1 minute", "now()", work.replica());
        disable();
        enable();
        sql.run("update replica set lease_until = now() where id = ?", work.owner(delivery));
        housekeeping.run();
        housekeeping.run();
        var seen = api.await(webhook, DeliveryIds.format(delivery), "cancelled", 1);
        assertThat(seen.getString("data.attempts[0].error.code")).isEqualTo("interrupted");
        housekeeping.everyMinute();
        assertNothingWaits();
        assertThat(sent()).isEmpty();
    }

    private String publish() {
        var event = api.publish("lead.created", "{\"id\":\"1\"}");
        receiver.await(1, PATIENCE);
        return api.deliveryOf(webhook, event);
    }

    private void disable() {
        api.patch("/webhooks/" + webhook, Map.of("enabled", false)).then().statusCode(200);
    }

    private void enable() {
        api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().statusCode(200);
    }

    private void retry(String delivery) {
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry")
                .then()
                .statusCode(202);
    }

    private String status(String delivery) {
        return api.delivery(webhook, delivery).getString("data.status");
    }

    /** All requests except pings. */
    private List<Receiver.Request> sent() {
        return receiver.requests().stream()
                .filter(request -> !request.header("x-nexadesk-event").equals("ping"))
                .toList();
    }

    private void assertNothingWaits() {
        Await.until(
                "an empty queue",
                PATIENCE,
                () -> sql.text("select count(*) from work where webhook_id = ?", webhook),
                "0"::equals);
    }
}
