package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import io.quarkus.test.junit.QuarkusTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A delivery that something went wrong with here")
class LeftoverWorkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    Sweep sweep;

    @Inject
    Dispatcher dispatcher;

    @Inject
    Partitions partitions;

    @Inject
    Replica replica;

    @Inject
    Targets targets;

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String webhook;

    @BeforeEach
    void subscribe() throws Exception {
        receiver = Receiver.start();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.clear();
    }

    @AfterEach
    void close() throws Exception {
        clock.reset();
        receiver.close();
    }

    @Test
    @DisplayName("leased to this replica by a connection that broke, and so unknown to it, goes on")
    void forgotten() throws Exception {
        var delivery = insertOld("now()", replica.id());
        sweep.run();
        assertThat(owner(delivery)).as("a sweep alone leaves it alone").isEqualTo(replica.id());
        dispatcher.giveBackForgotten();
        sweep.run();
        api.await(webhook, DeliveryIds.format(delivery), "delivered", 1);
    }

    @Test
    @DisplayName("so that it cannot be begun, waits for a minute and holds up nothing")
    void cannotBeBegun() throws Exception {
        var other = api.createWebhook(receiver.url("/other"), "lead.created");
        var secret = exchangeSecret(webhook, new byte[] {1});
        var event = api.publish("lead.created", "{}");
        api.await(other, api.deliveryOf(other, event), "delivered", 1);
        var delivery = api.deliveryOf(webhook, event);
        Await.until(
                "that it is put off",
                PATIENCE,
                () -> owner(DeliveryIds.parse(delivery).orElseThrow()),
                found -> found == null);

        exchangeSecret(webhook, secret);
        sweep.run();
        assertThat(api.delivery(webhook, delivery).getInt("data.attempt_count")).isZero();
        clock.advance(Duration.ofSeconds(61));
        sweep.run();
        api.await(webhook, delivery, "delivered", 1);
    }

    @Test
    @DisplayName("because nobody verified its webhook for longer than the retention, is cancelled")
    void neverVerified() throws Exception {
        var delivery = insertOld("timestamptz '9999-12-31Z'", null);
        partitions.maintain();
        assertThat(api.delivery(webhook, DeliveryIds.format(delivery)).getString("data.status"))
                .isEqualTo("cancelled");
    }

    /** A delivery of forty days ago, as if it had waited since. */
    private UUID insertOld(String due, @Nullable UUID owner) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("""
                        with e as (
                            insert into event (key, workspace_id, id, type, occurred_at, body)
                            values (uuidv7(interval '-40 days'), ?, 'evt_old', 'lead.created', now(), '{}') returning *
                        ), d as (
                            insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status)
                            select uuidv7(interval '-40 days'), workspace_id, ?, key, id, type, 'queued' from e returning *
                        )
                        insert into work (delivery_id, workspace_id, webhook_id, event_key, due_at, owner)
                        select id, workspace_id, webhook_id, event_key, %s, ?::uuid from d returning delivery_id
                        """.formatted(due))) {
            statement.setString(1, api.workspace().id());
            statement.setString(2, webhook);
            statement.setObject(3, owner);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getObject(1, UUID.class);
            }
        }
    }

    private @Nullable UUID owner(UUID delivery) {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("select owner from work where delivery_id = ?")) {
            statement.setObject(1, delivery);
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).as("it is still to be done").isTrue();
                return rows.getObject(1, UUID.class);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the webhook another encrypted secret and tells the one it had. */
    private byte[] exchangeSecret(String webhookId, byte[] encrypted) throws Exception {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement(
                        "update webhook set secret = ? where id = ? returning old.secret")) {
            statement.setBytes(1, encrypted);
            statement.setString(2, webhookId);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getBytes(1);
            }
        } finally {
            targets.forget(new WebhookChanged(webhookId));
        }
    }
}
