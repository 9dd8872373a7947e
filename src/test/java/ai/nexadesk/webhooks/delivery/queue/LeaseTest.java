package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.LeaseSettings;
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
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A lease")
class LeaseTest {

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
    LeaseRegistry leases;

    @Inject
    LeaseRecovery takeovers;

    @Inject
    LeaseSettings settings;

    @Inject
    @Engine
    Jdbi jdbi;

    private final Api api = Api.ofNewWorkspace();
    private Sql sql;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;
    private StoredWork work;

    @BeforeEach
    void subscribe() {
        sql = new Sql();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        work = new StoredWork(sql, api.workspace().id(), webhook);
        receiver.clear();
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("that has ended cannot be renewed once others have taken over")
    void renewedTooLate() throws Exception {
        var slow = new Replica(jdbi, settings);
        slow.renew();
        work.insert("-1 minute", "timestamptz '2999-01-01Z'", slow.id());
        sql.run("update replica set lease_until = now() - interval '1 ms' where id = ?", slow.id());
        takeovers.takeOver(replica.id(), clock.instant());
        slow.renew();
        assertThat(slow.hasLost()).isTrue();
    }

    @Test
    @DisplayName("is renewed while a sweep waits for a lock")
    void renewedWhileSweeping() throws Exception {
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "lock table work in access exclusive mode");
            housekeeping.soon();
            Await.until(
                    "a waiting sweep",
                    PATIENCE,
                    () -> sql.text("select 1 from pg_locks where not granted"),
                    "1"::equals);
            for (int i = 0; i < 2; i++) {
                var before = leaseUntil();
                Await.until("a renewal", PATIENCE, this::leaseUntil, until -> !until.equals(before));
            }
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private String leaseUntil() {
        return sql.text("select lease_until from replica where id = ?", replica.id());
    }

    @Test
    @DisplayName("of the next attempt is kept when the previous attempt ends a moment later")
    void nextLease() throws Exception {
        var delivery = work.dueFortyDaysAgo(replica.id());
        var first = work.lease(delivery, 0, replica.id());
        leases.add(first);
        leases.add(work.lease(delivery, 1, replica.id()));
        leases.remove(first);
        dispatcher.releaseForgotten();
        assertThat(work.owner(delivery)).isEqualTo(replica.id());
    }

    @Test
    @DisplayName("that is released after a retry was requested leaves the automatic attempt to be made")
    void retryAskedFor() throws Exception {
        receiver.answer(Answer.status(500));
        var delivery = work.insert("-1 minute", "now()", replica.id());
        sql.run("update work set retry_requested = true where delivery_id = ?", delivery);
        dispatcher.releaseForgotten();
        housekeeping.run();
        var seen = api.await(webhook, DeliveryIds.format(delivery), "retrying", 2);
        assertThat(seen.getList("data.attempts.trigger")).containsExactly("automatic", "manual");
    }

    @Test
    @DisplayName("of a dead replica, taken over after a retry was requested, leaves the automatic attempt to be made")
    void retryAskedForOfTheDead() throws Exception {
        receiver.answer(Answer.status(500));
        var owner = work.replica();
        var delivery = work.insert("-1 minute", "now()", owner);
        sql.run("update work set retry_requested = true where delivery_id = ?", delivery);
        work.end(owner);
        housekeeping.run();
        var seen = api.await(webhook, DeliveryIds.format(delivery), "retrying", 3);
        assertThat(seen.getList("data.attempts.trigger")).containsExactly("automatic", "manual", "automatic");
    }

    @Test
    @DisplayName("of a dead replica leaves the delivery its place before those due later")
    void keepsItsPlace() throws Exception {
        var owner = work.replica();
        var delivery = work.insert("-1 minute", "now() - interval '1 minute'", owner);
        work.end(owner);
        takeovers.takeOver(replica.id(), clock.instant());
        assertThat(sql.text("select due_at < now() - interval '50 s' from work where delivery_id = ?", delivery))
                .isEqualTo("t");
        housekeeping.run();
        api.await(webhook, DeliveryIds.format(delivery), "delivered", 2);
    }

    @Test
    @DisplayName("of a dead replica whose attempt had not begun leaves no attempt in the log")
    void notBegun() throws Exception {
        var owner = work.replica();
        var delivery = work.insert("-1 minute", "now()", owner);
        sql.run("update work set begun = false where delivery_id = ?", delivery);
        work.end(owner);
        housekeeping.run();
        var seen = api.await(webhook, DeliveryIds.format(delivery), "delivered", 1);
        assertThat(seen.getList("data.attempts")).hasSize(1);
    }

    @Test
    @DisplayName("shows for waiting deliveries that their attempt has not begun, and for those in flight that it has")
    void saysWhatHasBegun() throws Exception {
        var firstAnswers = new CountDownLatch(1);
        var otherAnswers = new CountDownLatch(1);
        var first = new Answer[100];
        Arrays.fill(first, Answer.after(firstAnswers, Answer.status(200)));
        receiver.script(first);
        receiver.answer(Answer.after(otherAnswers, Answer.status(200)));
        publish(200);
        publish(50);
        assertThat(sql.text("select count(*) from work where webhook_id = ? and begun", webhook))
                .isEqualTo("64");
        firstAnswers.countDown();
        var sent = receiver.await(105, PATIENCE).stream()
                .map(request -> DeliveryIds.parse(request.header("x-nexadesk-delivery"))
                        .orElseThrow()
                        .toString())
                .collect(Collectors.joining(",", "{", "}"));
        assertThat(sql.text("select bool_and(begun) from work where delivery_id = any (?::uuid[])", sent))
                .isEqualTo("t");
        otherAnswers.countDown();
        Await.until(
                "an empty queue",
                PATIENCE,
                () -> sql.text("select count(*) from work where webhook_id = ?", webhook),
                "0"::equals);
    }

    private void publish(int events) {
        var event = "{\"event\":\"lead.created\",\"workspace_id\":\""
                + api.workspace().id() + "\",\"data\":{\"id\":\"1\"}}";
        Api.publish("[" + String.join(",", Collections.nCopies(events, event)) + "]")
                .then()
                .statusCode(202);
    }

    @Test
    @DisplayName("that a publisher has stored and not queued yet is not released, even if queuing takes long")
    void stalledPublisher() throws Exception {
        UUID delivery;
        try (var intake = dispatcher.open()) {
            assertThat(intake.terms().owner()).isEqualTo(replica.id());
            delivery = work.insert("0 seconds", "now()", replica.id());
            Await.until(
                    "a delivery that is too old to be on its way to the queue",
                    PATIENCE,
                    () -> sql.text("select uuid_extract_timestamp(?) < now() - interval '2 s'", delivery),
                    "t"::equals);
            dispatcher.releaseForgotten();
            assertThat(work.owner(delivery)).isEqualTo(replica.id());
        }
        dispatcher.releaseForgotten();
        housekeeping.run();
        api.await(webhook, DeliveryIds.format(delivery), "delivered", 1);
    }

    @Test
    @DisplayName("of an unknown replica is found within a minute, and its delivery continues")
    void orphan() throws Exception {
        var delivery = work.insert("-1 minute", "now()", UUID.randomUUID());
        housekeeping.everyMinute();
        housekeeping.run();
        api.await(webhook, DeliveryIds.format(delivery), "delivered", 2);
    }

    @Test
    @DisplayName("that cannot be taken over keeps no other from being claimed")
    void cannotBeTakenOver() throws Exception {
        refuse("attempt", "insert", "new.error_code = 'interrupted'");
        try {
            var owner = work.replica();
            work.insert("-1 minute", "now()", owner);
            work.end(owner);
            var other = work.insert("-1 minute", "now()", null);
            housekeeping.run();
            api.await(webhook, DeliveryIds.format(other), "delivered", 1);
        } finally {
            sql.run("drop trigger refused on attempt");
        }
    }

    @Test
    @DisplayName("is kept while the database cannot be told that its attempt begins")
    void cannotBegin() throws Exception {
        refuse("work", "update", "new.begun and not old.begun");
        UUID delivery;
        try {
            delivery = work.insert("-1 minute", "now()", null);
            housekeeping.run();
            dispatcher.releaseForgotten();
            assertThat(work.owner(delivery)).isEqualTo(replica.id());
        } finally {
            sql.run("drop trigger refused on work");
        }
        api.await(webhook, DeliveryIds.format(delivery), "delivered", 1);
    }

    /** Makes the database reject such changes. */
    private void refuse(String table, String change, String rows) {
        sql.run("""
                create or replace function refuse_row() returns trigger language plpgsql as $$
                begin
                    raise exception 'refused by a test';
                end
                $$
                """);
        sql.run("create trigger refused before %s on %s for each row when (%s) execute function refuse_row()"
                .formatted(change, table, rows));
    }
}
