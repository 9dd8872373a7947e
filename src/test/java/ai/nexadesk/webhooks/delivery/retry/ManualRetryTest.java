package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import io.quarkus.test.junit.QuarkusTest;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A manual retry")
class ManualRetryTest {

    @Inject
    SettableClock clock;

    @Inject
    Housekeeping housekeeping;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void subscribe() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.clear();
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("of a failed delivery that succeeds marks it as delivered, and is marked as manual")
    void failedThenDelivered() {
        var delivery = failed();
        receiver.answer(Answer.status(200));
        retry(delivery);
        var seen = api.await(webhook, delivery, "delivered", 7);
        assertThat(seen.getString("data.attempts[0].trigger")).isEqualTo("manual");
        assertThat(seen.getString("data.attempts[1].trigger")).isEqualTo("automatic");
    }

    @Test
    @DisplayName("of a failed delivery that fails leaves it failed")
    void failedStaysFailed() {
        var delivery = failed();
        retry(delivery);
        var seen = api.await(webhook, delivery, "failed", 7);
        assertThat(seen.getString("data.next_attempt_at")).isNull();
    }

    @Test
    @DisplayName("of a retrying delivery that fails keeps its schedule")
    void retryingKeepsItsSchedule() {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        var before = api.await(webhook, delivery, "retrying", 1);
        retry(delivery);
        var after = api.await(webhook, delivery, "retrying", 2);
        assertThat(after.getString("data.next_attempt_at")).isEqualTo(before.getString("data.next_attempt_at"));
        clock.advance(Duration.ofMinutes(2));
        housekeeping.run();
        var next = api.await(webhook, delivery, "retrying", 3);
        assertThat(next.getString("data.attempts[0].trigger")).isEqualTo("automatic");
        assertThat(Instant.parse(next.getString("data.next_attempt_at")))
                .as("the manual attempt used up no retry: the next delay is the second, 5 minutes")
                .isBetween(clock.instant().plusSeconds(240), clock.instant().plusSeconds(300));
    }

    @Test
    @DisplayName("of a retrying delivery that succeeds ends its schedule")
    void retryingThenDelivered() {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        api.await(webhook, delivery, "retrying", 1);
        receiver.answer(Answer.status(200));
        retry(delivery);
        api.await(webhook, delivery, "delivered", 2);
        clock.advance(Duration.ofDays(3));
        housekeeping.run();
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName("of a delivered delivery sends it again, and it stays delivered even if that fails")
    void deliveredStaysDelivered() {
        var delivery = publish();
        api.await(webhook, delivery, "delivered", 1);
        receiver.answer(Answer.status(500));
        retry(delivery);
        api.await(webhook, delivery, "delivered", 2);
    }

    @Test
    @DisplayName("during an attempt waits for its end, so that attempts never overlap")
    void neverOverlaps() {
        var release = new CountDownLatch(1);
        receiver.script(Answer.after(release, Answer.status(500)));
        receiver.answer(Answer.status(500));
        var event = api.publish("lead.created", "{}");
        receiver.await(1, Duration.ofSeconds(5));
        var delivery = api.deliveryOf(webhook, event);
        assertThat(api.delivery(webhook, delivery).getString("data.status")).isEqualTo("sending");
        retry(delivery);
        housekeeping.run();
        assertThat(receiver.requests()).hasSize(1);
        release.countDown();
        var seen = api.await(webhook, delivery, "retrying", 2);
        assertThat(seen.getString("data.attempts[0].trigger")).isEqualTo("manual");
        var first = Instant.parse(seen.getString("data.attempts[1].started_at"))
                .plusMillis(seen.getInt("data.attempts[1].duration_ms"));
        assertThat(Instant.parse(seen.getString("data.attempts[0].started_at"))).isAfterOrEqualTo(first);
    }

    @Test
    @DisplayName("of a cancelled delivery works once the webhook is enabled again")
    void cancelled() {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        api.await(webhook, delivery, "retrying", 1);
        api.patch("/webhooks/" + webhook, Map.of("enabled", false)).then().statusCode(200);
        api.await(webhook, delivery, "cancelled", 1);
        api.post(path(delivery)).then().statusCode(409).body("error", Matchers.containsString("Enable it"));
        receiver.answer(Answer.status(200));
        api.patch("/webhooks/" + webhook, Map.of("enabled", true)).then().statusCode(200);
        retry(delivery);
        api.await(webhook, delivery, "delivered", 2);
    }

    @Test
    @DisplayName("uses the webhook's current URL and secret")
    void usesPresentUrlAndSecret() throws Exception {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        api.await(webhook, delivery, "retrying", 1);
        try (var elsewhere = Receiver.start()) {
            api.patch("/webhooks/" + webhook, Map.of("url", elsewhere.url("/new")))
                    .then()
                    .statusCode(200);
            api.post("/webhooks/" + webhook + "/secret/rotate", Map.of("overlap_hours", 0))
                    .then()
                    .statusCode(200);
            elsewhere.clear();
            int before = receiver.requests().size();
            retry(delivery);
            api.await(webhook, delivery, "delivered", 2);
            var request = elsewhere.await(1, Duration.ofSeconds(5)).get(0);
            assertThat(request.header("x-nexadesk-signature"))
                    .isEqualTo(ai.nexadesk.webhooks.testing.Signatures.documented(request.body(), api.secret(webhook)));
            assertThat(receiver.requests())
                    .as("the old URL gets nothing any more")
                    .hasSize(before);
        }
    }

    @Test
    @DisplayName("is rejected for pings, for unknown deliveries and for other workspaces")
    void refused() {
        var ping = Await.until(
                        "the ping",
                        Duration.ofSeconds(10),
                        () -> api.get("/deliveries?event=ping"),
                        list -> !list.getList("data").isEmpty())
                .getString("data[0].id");
        api.post(path(ping)).then().statusCode(409);
        api.post(path("dlv_00000000000000000000000000000000")).then().statusCode(404);
        var delivery = publish();
        Api.ofNewWorkspace().post(path(delivery)).then().statusCode(404);
    }

    private String failed() {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        for (int attempt = 1; attempt < 6; attempt++) {
            var seen = api.await(webhook, delivery, "retrying", attempt);
            // The time is not later, because a webhook that has failed for days is disabled.
            clock.set(Instant.parse(seen.getString("data.next_attempt_at")).plusMillis(1));
            housekeeping.run();
        }
        api.await(webhook, delivery, "failed", 6);
        return delivery;
    }

    private String publish() {
        return api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
    }

    private void retry(String delivery) {
        api.post(path(delivery)).then().statusCode(202);
    }

    private String path(String delivery) {
        return "/webhooks/" + webhook + "/deliveries/" + delivery + "/retry";
    }
}
