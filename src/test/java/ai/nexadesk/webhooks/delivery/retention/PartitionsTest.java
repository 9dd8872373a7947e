package ai.nexadesk.webhooks.delivery.retention;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.queue.StoredWork;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.JsonLog;
import ai.nexadesk.webhooks.testing.Metrics;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A day of the log that is older than the retention")
class PartitionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String AGE = "-50 days";
    private static final String OLDEST = "nexadesk_retention_oldest_seconds";

    @Inject
    Partitions partitions;

    @Inject
    SettableClock clock;

    private final Api api = Api.ofNewWorkspace();
    private Sql sql;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private StoredWork work;
    private String webhook;

    @BeforeEach
    void start() {
        sql = new Sql();
        webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        work = new StoredWork(sql, api.workspace().id(), webhook);
    }

    @Test
    @DisplayName("is dropped")
    void dropped() {
        var name = makeOld();
        partitions.maintain();
        assertThat(exists(name)).isFalse();
    }

    @Test
    @DisplayName("stays while this machine's clock and the database's are days apart, and operators read why")
    void clocksApart() {
        var name = makeOld();
        for (int days : List.of(35, -35)) {
            try (var log = JsonLog.listen()) {
                clock.advance(Duration.ofDays(days));
                partitions.maintain();
                assertThat(log.lines())
                        .anySatisfy(line -> assertThat(line).contains("are 35 days apart. Nothing is dropped"));
            } finally {
                clock.reset();
            }
            assertThat(exists(name)).isTrue();
        }
        partitions.maintain();
        assertThat(exists(name)).isFalse();
    }

    @Test
    @DisplayName("is dropped one day at a time, so that a clock jump does not drop the whole log")
    void oneByOne() {
        var names = List.of(makeOld(52), makeOld(51), makeOld());
        for (int dropped = 1; dropped <= 3; dropped++) {
            partitions.maintain();
            assertThat(names.stream().filter(this::exists)).hasSize(3 - dropped);
        }
    }

    @Test
    @DisplayName("stays while somebody reads it, and neither publishers nor others wait long for the drop")
    void readMeanwhile() throws Exception {
        var name = makeOld();
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "select count(*) from event");
            CompletableFuture.runAsync(partitions::maintain).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            connection.rollback();
            connection.setAutoCommit(true);
        }
        assertThat(exists(name)).isTrue();
        assertThat(Metrics.value(OLDEST)).as("the age that operators see").isGreaterThanOrEqualTo(50 * 86_400);
        partitions.maintain();
        assertThat(exists(name)).isFalse();
        assertThat(Metrics.value(OLDEST)).isLessThan(50 * 86_400);
    }

    @Test
    @DisplayName("stays, with the event, while one of its deliveries is unfinished, and is dropped then")
    void pending() {
        var name = makeOld();
        var delivery = work.insert(AGE, "timestamptz '2999-01-01Z'", null);
        partitions.maintain();
        assertThat(exists(name)).isTrue();
        assertThat(sql.text("select 1 from work w join event e on e.key = w.event_key where delivery_id = ?", delivery))
                .isEqualTo("1");
        sql.run("delete from work where delivery_id = ?", delivery);
        partitions.maintain();
        assertThat(exists(name)).isFalse();
    }

    @Test
    @DisplayName("is followed by days that are created a week in advance")
    void madeAhead() {
        var nextWeek = LocalDate.now(ZoneOffset.UTC).plusDays(7).toString().replace("-", "");
        for (var table : List.of("event", "delivery", "attempt")) {
            assertThat(exists(table + "_" + nextWeek)).as(table).isTrue();
            sql.run("drop table " + table + "_" + nextWeek);
        }
        for (var table : List.of("event", "delivery", "attempt")) {
            // A scheduled maintenance may have its turn just now.
            Await.until(
                    "the next week of " + table,
                    PATIENCE,
                    () -> {
                        partitions.maintain();
                        return exists(table + "_" + nextWeek);
                    },
                    Boolean::booleanValue);
        }
    }

    @Test
    @DisplayName("is not kept forever by a manual retry just before the drop")
    void retriedBeforeTheDrop() throws Exception {
        var name = makeOld();
        var delivery = work.insert(AGE, "timestamptz '2999-01-01Z'", null);
        sql.run("create table retried as select * from work where delivery_id = '%s'".formatted(delivery));
        try {
            // Each drop waits only for a moment. If the machine stalls for longer, try again.
            for (int i = 0; i < 5 && exists(name); i++) {
                sql.run("delete from work where delivery_id = ?", delivery);
                retryWhileDropping();
            }
        } finally {
            sql.run("drop table retried");
        }
        assertThat(exists(name)).isFalse();
        assertThat(sql.text("select 1 from work where delivery_id = ?", delivery))
                .isNull();
    }

    private void retryWhileDropping() throws Exception {
        try (var connection = HostDatabase.connect()) {
            connection.setAutoCommit(false);
            Sql.run(connection, "insert into work select r.* from retried r join event e on e.key = r.event_key");
            var maintaining = CompletableFuture.runAsync(partitions::maintain);
            Await.until(
                    "the wait for the lock",
                    PATIENCE,
                    () -> sql.text("select 1 from pg_locks where not granted"),
                    waits -> waits != null || maintaining.isDone());
            connection.commit();
            connection.setAutoCommit(true);
            maintaining.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    @DisplayName("is deleted row by row if it has no partition of its own")
    void withoutPartition() {
        var delivery = work.insert("-60 days", "now()", null);
        sql.run("delete from work where delivery_id = ?", delivery);
        partitions.maintain();
        assertThat(sql.text("select 1 from delivery where id = ?", delivery)).isNull();
        assertThat(sql.text(
                        "select 1 from event where workspace_id = ? and type <> 'ping'",
                        api.workspace().id()))
                .isNull();
    }

    private String makeOld() {
        return makeOld(50);
    }

    private String makeOld(int days) {
        var day = LocalDate.now(ZoneOffset.UTC).minusDays(days);
        var name = "event_" + day.toString().replace("-", "");
        sql.run("create table if not exists %s partition of event for values from ('%s') to ('%s')"
                .formatted(name, lowest(day), lowest(day.plusDays(1))));
        return name;
    }

    private static String lowest(LocalDate day) {
        return UuidV7.lowestAt(day.atStartOfDay(ZoneOffset.UTC).toInstant()).toString();
    }

    private boolean exists(String table) {
        return sql.text("select to_regclass(?)", table) != null;
    }
}
