package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.dispatch.Dispatcher;
import ai.nexadesk.webhooks.delivery.dispatch.Housekeeping;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
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
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The result of an attempt")
class RecordingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    SettableClock clock;

    @Inject
    Housekeeping housekeeping;

    @Inject
    Dispatcher dispatcher;

    @Inject
    Replica replica;

    @Inject
    Backlog backlog;

    private final Api api = Api.ofNewWorkspace();
    private Sql sql;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void subscribe() {
        sql = new Sql();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.clear();
    }

    @AfterEach
    void close() {
        clock.reset();
        sql.run("drop trigger if exists refused on attempt");
    }

    @Test
    @DisplayName("that the database rejects delays no other, and the attempt is repeated after a minute")
    void refused() throws Exception {
        refuse("attempt", "insert", "new.url like '%:" + port() + "/hook'", "23514");
        var delivery = publish(webhook);
        receiver.await(1, PATIENCE);
        Await.until("the postponement", PATIENCE, () -> owner(delivery), ""::equals);
        sql.run("drop trigger refused on attempt");
        clock.advance(Duration.ofSeconds(61));
        housekeeping.run();
        api.await(webhook, delivery, "delivered", 1);
    }

    @Test
    @DisplayName("that waits for the database is not treated as lost by its own process when the lease ends")
    void leaseEndsMeanwhile() throws Exception {
        refuse("attempt", "insert", "new.request_headers <> '[]'", "57P03");
        var delivery = publish(webhook);
        receiver.await(1, PATIENCE);
        Await.until("a waiting result", PATIENCE, () -> dispatcher.load().unrecorded(), count -> count > 0);
        var before = replica.id();
        sql.run("update replica set lease_until = now() - interval '1 ms' where id = ?", before);
        Await.until("a new lease", PATIENCE, replica::id, id -> !id.equals(before));
        housekeeping.run();
        sql.run("drop trigger refused on attempt");
        api.await(webhook, delivery, "delivered", 1);
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    @DisplayName("that is stored while a retry is requested keeps its number in the log, and the retry gets the next")
    void retriedMeanwhile() throws Exception {
        receiver.answer(Answer.status(500));
        var work = new StoredWork(sql, api.workspace().id(), webhook);
        var owner = work.replica();
        var delivery = work.insert("-1 minute", "now()", owner);
        work.end(owner);
        CompletableFuture<Integer> retried;
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "delete from work where delivery_id = ?", delivery);
            Sql.run(
                    connection,
                    "update delivery set status = 'failed', attempts = 1 where workspace_id = ? and id = ?",
                    api.workspace().id(),
                    delivery);
            retried = CompletableFuture.supplyAsync(() -> retry(delivery));
            Await.until(
                    "a waiting retry",
                    PATIENCE,
                    () -> sql.text("select 1 from pg_locks where not granted"),
                    "1"::equals);
            connection.commit();
            connection.setAutoCommit(true);
        }
        assertThat(retried.get()).isEqualTo(1);
        housekeeping.run();
        var seen = api.await(webhook, DeliveryIds.format(delivery), "failed", 2);
        assertThat(seen.getInt("data.attempts[0].number")).isEqualTo(2);
    }

    @Test
    @DisplayName("of a request that succeeded counts although its webhook was disabled meanwhile")
    void arrivedAllTheSame() {
        var gone = new CountDownLatch(1);
        var taken = new CountDownLatch(1);
        receiver.script(Answer.after(gone, Answer.status(500)), Answer.after(taken, Answer.status(200)));
        var first = api.publish("lead.created", "{\"id\":\"1\"}");
        receiver.await(1, PATIENCE);
        var second = publish(webhook);
        receiver.await(2, PATIENCE);
        gone.countDown();
        api.await(webhook, api.deliveryOf(webhook, first), "retrying", 1);
        api.giveUp(webhook);
        taken.countDown();
        api.await(webhook, second, "delivered", 1);
    }

    private int retry(UUID delivery) {
        var workspace = api.workspace().id();
        return DatabaseRole.in(workspace).call(() -> backlog.retry(workspace, Set.of(delivery), null, Instant.now()));
    }

    private String publish(String webhookId) {
        return api.deliveryOf(webhookId, api.publish("lead.created", "{\"id\":\"1\"}"));
    }

    /** The owner in the queue, or an empty string if there is none. */
    private String owner(String delivery) {
        return sql.text(
                "select coalesce(owner::text, '') from work where delivery_id = ?",
                DeliveryIds.parse(delivery).orElseThrow());
    }

    private int port() {
        return java.net.URI.create(receiver.url("/")).getPort();
    }

    /** Makes the database reject such rows with this SQL state. */
    private void refuse(String table, String change, String rows, String state) {
        sql.run("""
                create or replace function refuse() returns trigger language plpgsql as $$
                begin
                    raise exception 'refused by a test' using errcode = tg_argv[0];
                end
                $$
                """);
        sql.run("create trigger refused before %s on %s for each row when (%s) execute function refuse('%s')"
                .formatted(change, table, rows, state));
    }
}
