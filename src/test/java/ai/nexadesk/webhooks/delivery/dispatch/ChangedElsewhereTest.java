package ai.nexadesk.webhooks.delivery.dispatch;

import ai.nexadesk.webhooks.delivery.queue.StoredWork;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

/** This replica has the webhook in its cache. The database does not tell it about the change, as the version stays. */
@QuarkusTest
@DisplayName("A webhook that another replica has just changed")
class ChangedElsewhereTest {

    @Inject
    EndpointCache cache;

    private final Api api = Api.ofNewWorkspace();
    private final Sql sql = new Sql();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void subscribe() {
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled", "unverified"})
    @DisplayName("gets the events that are published after it was enabled or verified")
    void enabled(String before) {
        sql.run("update webhook set status = ? where id = ?", before, webhook);
        cache.forget(webhook);
        assertThat(cache.get(webhook).isActive()).isFalse();
        sql.run("update webhook set status = 'active' where id = ?", webhook);

        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "delivered", 1);
    }

    @Test
    @DisplayName("has its deliveries held until it is verified")
    void held() {
        sql.run("update webhook set status = 'unverified' where id = ?", webhook);
        cache.forget(webhook);
        var delivery = new StoredWork(sql, api.workspace().id(), webhook).insert("0 days", "now()", null);
        Await.until(
                "the hold",
                Duration.ofSeconds(20),
                () -> sql.text("select due_at > now() + interval '1 year' from work where delivery_id = ?", delivery),
                "t"::equals);
    }

    @Test
    @DisplayName("gets a retry at its new URL")
    void moved() {
        receiver.script(Answer.status(500));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "retrying", 1);
        sql.run("update webhook set url = ? where id = ?", receiver.url("/moved"), webhook);

        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry")
                .then()
                .statusCode(202);
        api.await(webhook, delivery, "delivered", 2);
        assertThat(receiver.requests()).extracting(Receiver.Request::target).containsExactly("/hook", "/moved");
    }
}
