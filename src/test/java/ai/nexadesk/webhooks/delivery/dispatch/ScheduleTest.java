package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A delivery")
class ScheduleTest {

    private static final List<Duration> DELAYS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(24));

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
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.clear();
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("that always fails is attempted six times at the documented delays, and has then failed")
    void failsAfterSixAttempts() {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        for (int retry = 0; retry < DELAYS.size(); retry++) {
            var seen = api.await(webhook, delivery, "retrying", retry + 1);
            assertThat(delay(seen)).isEqualTo(DELAYS.get(retry));
            justBefore(nextAttempt(seen));
            assertThat(receiver.requests())
                    .as("no retry is earlier than documented")
                    .hasSize(retry + 1);
            clock.set(nextAttempt(seen).plusMillis(1));
            housekeeping.run();
        }
        var failed = api.await(webhook, delivery, "failed", 6);
        assertThat(failed.getString("data.next_attempt_at")).isNull();
        clock.advance(Duration.ofDays(3));
        housekeeping.run();
        assertThat(receiver.requests()).hasSize(6);
        assertThat(headers("x-nexadesk-attempt")).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(headers("x-nexadesk-delivery")).containsOnly(delivery);
        assertThat(receiver.requests().stream().map(request -> request.text()).distinct())
                .as("the same bytes at every attempt")
                .hasSize(1);
    }

    @ParameterizedTest(name = "that succeeds at attempt {0} is delivered and not attempted again")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void succeedsAtAnyAttempt(int attempt) {
        receiver.answer(Answer.status(503));
        if (attempt == 1) {
            receiver.answer(Answer.status(204));
        }
        var delivery = publish();
        for (int made = 1; made < attempt; made++) {
            var seen = api.await(webhook, delivery, "retrying", made);
            if (made == attempt - 1) {
                receiver.answer(Answer.status(204));
            }
            clock.set(nextAttempt(seen).plusMillis(1));
            housekeeping.run();
        }
        api.await(webhook, delivery, "delivered", attempt);
        clock.advance(Duration.ofDays(3));
        housekeeping.run();
        assertThat(receiver.requests()).hasSize(attempt);
    }

    @Test
    @DisplayName("is postponed by Retry-After, but not advanced")
    void retryAfter() {
        receiver.answer(Answer.status(429).header("Retry-After", "600"));
        var later = api.await(webhook, publish(), "retrying", 1);
        assertThat(delay(later)).isEqualTo(Duration.ofMinutes(10));
        receiver.answer(Answer.status(503).header("Retry-After", "5"));
        var notSooner = api.await(webhook, publish(), "retrying", 1);
        assertThat(delay(notSooner)).isEqualTo(Duration.ofMinutes(1));
        receiver.answer(Answer.status(500).header("Retry-After", "600"));
        var ignored = api.await(webhook, publish(), "retrying", 1);
        assertThat(delay(ignored)).as("only 429 and 503 say when").isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName("follows the schedule after 410 like after any other failure, and the webhook stays active")
    void gone() {
        receiver.answer(Answer.status(410));
        var seen = api.await(webhook, publish(), "retrying", 1);
        assertThat(delay(seen)).isEqualTo(Duration.ofMinutes(1));
        assertThat(api.get("/webhooks/" + webhook).getString("data.status")).isEqualTo("active");
        var page = Visitor.signedIn(api.workspace().admin())
                .get("/settings/webhooks/" + webhook + "/logs/" + seen.getString("data.id"))
                .asString();
        assertThat(page)
                .contains("responded with 410 Gone, which means that the receiver was removed", "Disable webhook…");
    }

    @Test
    @DisplayName("treats a redirect as a failure that is reported, and does not follow it")
    void redirect() throws Exception {
        try (var elsewhere = Receiver.start()) {
            receiver.answer(Answer.status(302).header("Location", elsewhere.url("/")));
            var seen = api.await(webhook, publish(), "retrying", 1);
            assertThat(seen.getString("data.error_code")).isEqualTo("redirect");
            assertThat(seen.getString("data.attempts[0].error.message")).containsIgnoringCase("redirect");
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    @Test
    @DisplayName("is attempted within 100 ms of being published, not at the next sweep")
    void leavesAtOnce() {
        publish();
        receiver.await(1, Duration.ofSeconds(5));
        receiver.clear();
        var fastest = Duration.ofDays(1);
        for (int i = 0; i < 10; i++) {
            receiver.clear();
            api.publish("lead.created", "{}");
            var acknowledged = Instant.now();
            var arrived = receiver.await(1, Duration.ofSeconds(5)).get(0).arrivedAt();
            var latency = Duration.between(acknowledged, arrived);
            fastest = latency.compareTo(fastest) < 0 ? latency : fastest;
        }
        // Use the fastest of ten: a busy machine may delay some, but polling would delay nearly all.
        assertThat(fastest).isLessThan(Duration.ofMillis(100));
    }

    private String publish() {
        return api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
    }

    private void justBefore(Instant moment) {
        clock.set(moment.minusMillis(500));
        housekeeping.run();
    }

    private List<String> headers(String name) {
        var values = new ArrayList<String>();
        receiver.requests().forEach(request -> values.add(request.header(name)));
        return values;
    }

    /** The delay in whole seconds, because start and duration have no fractions of milliseconds. */
    private static Duration delay(JsonPath delivery) {
        return Duration.between(endOfNewestAttempt(delivery), nextAttempt(delivery))
                .truncatedTo(ChronoUnit.SECONDS);
    }

    private static Instant endOfNewestAttempt(JsonPath delivery) {
        return Instant.parse(delivery.getString("data.attempts[0].started_at"))
                .plusMillis(delivery.getLong("data.attempts[0].duration_ms"));
    }

    private static Instant nextAttempt(JsonPath delivery) {
        return Instant.parse(delivery.getString("data.next_attempt_at"));
    }
}
