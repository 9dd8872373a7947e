package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.dispatch.Dispatcher;
import ai.nexadesk.webhooks.delivery.dispatch.EndpointCache;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.delivery.retention.Partitions;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Metrics;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.webhook.WebhookChanged;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A delivery with a problem")
class LeftoverWorkTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String WAITING =
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%unverified as%'";

    @Inject
    SettableClock clock;

    @Inject
    Housekeeping housekeeping;

    @Inject
    Dispatcher dispatcher;

    @Inject
    Partitions partitions;

    @Inject
    Replica replica;

    @Inject
    EndpointCache endpoints;

    @Inject
    Backlog backlog;

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

    @Test
    @DisplayName("leased to this replica by a connection that broke, and therefore unknown to it, continues")
    void forgotten() throws Exception {
        var delivery = work.dueFortyDaysAgo(replica.id());
        housekeeping.run();
        assertThat(work.owner(delivery)).as("a sweep alone does not change it").isEqualTo(replica.id());
        dispatcher.releaseForgotten();
        housekeeping.run();
        api.await(webhook, DeliveryIds.format(delivery), "delivered", 1);
    }

    @Test
    @DisplayName("so that it cannot be started waits for a minute and delays no other")
    void cannotBeBegun() throws Exception {
        var other = api.createWebhook(receiver.url("/other"), "lead.created");
        var secret = exchangeSecret(webhook, new byte[] {1});
        var errors = Metrics.value("nexadesk_internal_errors_total");
        var event = api.publish("lead.created", "{}");
        api.await(other, api.deliveryOf(other, event), "delivered", 1);
        var delivery = api.deliveryOf(webhook, event);
        Await.until(
                "the postponement",
                PATIENCE,
                () -> work.owner(DeliveryIds.parse(delivery).orElseThrow()),
                Objects::isNull);
        assertThat(Metrics.value("nexadesk_internal_errors_total")).isGreaterThan(errors);

        exchangeSecret(webhook, secret);
        housekeeping.run();
        assertThat(api.delivery(webhook, delivery).getInt("data.attempt_count")).isZero();
        clock.advance(Duration.ofSeconds(61));
        housekeeping.run();
        api.await(webhook, delivery, "delivered", 1);
    }

    @Test
    @DisplayName("that is to be held while its webhook is being verified is not held")
    void verifiedMeanwhile() throws Exception {
        work.insert("0 days", "now() + interval '1 hour'", null);
        work.sql().run("update webhook set status = 'unverified' where id = ?", webhook);
        try (var verification = HostDatabase.connect()) {
            verification.setAutoCommit(false);
            Sql.run(verification, "update webhook set status = 'active' where id = ?", webhook);
            var held = CompletableFuture.supplyAsync(
                    () -> DatabaseRole.ENGINE.call(() -> backlog.holdUnverified(webhook)));
            Await.until(
                    "a wait for the verification",
                    PATIENCE,
                    () -> held.isDone() || work.sql().text(WAITING) != null,
                    Boolean::booleanValue);
            verification.commit();
            assertThat(held.get()).isZero();
        }
    }

    @Test
    @DisplayName("whose webhook is not verified within the retention is given up and keeps no day of the log")
    void neverVerified() throws Exception {
        var delivery = work.insert("-40 days", "held_until()", null);
        partitions.maintain();
        assertThat(work.sql().text("select 1 from work where delivery_id = ?", delivery))
                .isNull();
    }

    /** Replaces the encrypted secret of a webhook, and returns the previous one. */
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
            endpoints.forget(new WebhookChanged(webhookId));
        }
    }
}
