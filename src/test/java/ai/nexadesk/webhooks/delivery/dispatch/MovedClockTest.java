package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.queue.Replica;
import ai.nexadesk.webhooks.delivery.queue.StoredWork;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Moves the clock of the whole application. Leases use the database's clock, so no delivery is taken over or sent
 * twice.
 */
@QuarkusTest
@DisplayName("When the clock is moved by an hour")
class MovedClockTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    Housekeeping housekeeping;

    @Inject
    Replica replica;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;
    private StoredWork work;

    @BeforeEach
    void subscribe() {
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        work = new StoredWork(new Sql(), api.workspace().id(), webhook);
        receiver.clear();
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    private String publish() {
        return api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
    }

    private void sweepTwice() {
        housekeeping.run();
        housekeeping.run();
    }

    @ParameterizedTest(name = "by {0} h")
    @DisplayName("deliveries in flight keep their lease and are sent once")
    @ValueSource(ints = {1, -1})
    void underWay(int hours) {
        var answers = new CountDownLatch(1);
        receiver.answer(Answer.after(answers, Answer.status(200)));
        var delivery = publish();
        receiver.await(1, PATIENCE);
        UUID self = replica.id();

        clock.advance(Duration.ofHours(hours));
        sweepTwice();
        assertThat(work.owner(DeliveryIds.parse(delivery).orElseThrow())).isEqualTo(self);
        assertThat(replica.id()).isEqualTo(self);

        answers.countDown();
        api.await(webhook, delivery, "delivered", 1);
        assertThat(receiver.requests()).hasSize(1);
    }

    @ParameterizedTest(name = "by {0} h")
    @DisplayName("events published then are delivered immediately")
    @ValueSource(ints = {1, -1})
    void publishedThen(int hours) {
        clock.advance(Duration.ofHours(hours));
        api.await(webhook, publish(), "delivered", 1);
    }

    @Test
    @DisplayName("a retry is made once: at its time if moved backward, immediately if moved forward")
    void retries() {
        receiver.answer(Answer.status(500));
        var delivery = publish();
        api.await(webhook, delivery, "retrying", 1);
        receiver.answer(Answer.status(200));

        clock.advance(Duration.ofHours(-1));
        sweepTwice();
        assertThat(api.delivery(webhook, delivery).getInt("data.attempt_count")).isEqualTo(1);

        clock.advance(Duration.ofHours(2));
        sweepTwice();
        api.await(webhook, delivery, "delivered", 2);
        assertThat(receiver.requests()).hasSize(2);
    }
}
