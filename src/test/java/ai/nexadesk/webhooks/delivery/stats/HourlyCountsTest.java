package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The figures of a webhook")
class HourlyCountsTest {

    private static final Random RANDOM = new Random(1);

    @Inject
    HourlyCounts counts;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
    }

    @Test
    @DisplayName("count each delivery once, whether it has been aggregated or is newer, and no pings")
    void countedOnce() throws SQLException {
        insert(Duration.ofHours(2), 40, "delivered");
        insert(Duration.ofHours(2), 10, "failed");
        insert(Duration.ofDays(2), 7, "delivered");
        countAnew();
        deliver();
        assertThat(figure("total")).isEqualTo(51);
        assertThat(figure("delivered")).isEqualTo(41);
        assertThat(figure("failed")).isEqualTo(10);

        counts.count();
        counts.count();
        assertThat(figure("delivered")).isEqualTo(41);
        assertThat(counted()).isEqualTo(57);
    }

    @Test
    @DisplayName("immediately reflect changes of a delivery after it was counted")
    void settledLater() throws SQLException {
        insert(Duration.ofHours(2), 3, "retrying");
        insert(Duration.ofHours(2), 2, "failed");
        countAnew();
        assertThat(figure("retrying")).isEqualTo(3);

        change("retrying", "delivered");
        for (int rounds = 0; rounds < 3; rounds++) {
            assertThat(figure("retrying")).isZero();
            assertThat(figure("failed")).isEqualTo(2);
            assertThat(figure("delivered")).isEqualTo(3);
            assertThat(figure("total")).isEqualTo(5);
            counts.count();
        }
        change("failed", "delivered");
        counts.count();
        assertThat(figure("failed")).isZero();
        assertThat(figure("delivered")).isEqualTo(5);
    }

    @Test
    @DisplayName("count the new state of deliveries that changed before they were counted")
    void settledBefore() throws SQLException {
        insert(Duration.ofHours(2), 4, "retrying");
        change("retrying", "failed");
        countAnew();
        counts.count();
        assertThat(figure("retrying")).isZero();
        assertThat(figure("failed")).isEqualTo(4);
        assertThat(figure("total")).isEqualTo(4);
    }

    @Test
    @DisplayName("count recovered deliveries in the hour of their event")
    void recovered() throws SQLException {
        for (int i = 0; i < 6; i++) {
            api.publish("lead.created", "{}");
        }
        publishedTwoHoursAgo();
        countAnew();
        webhook = api.createWebhook(receiver.url("/later"), "lead.created");
        api.post(
                        "/webhooks/" + webhook + "/replay",
                        Map.of(
                                "only",
                                "missing",
                                "since",
                                Instant.now().minus(Duration.ofHours(3)).toString()))
                .then()
                .statusCode(202);
        Await.until("the deliveries", Duration.ofSeconds(20), () -> figure("delivered"), delivered -> delivered == 6);
        counts.count();
        assertThat(figure("delivered")).isEqualTo(6);
        assertThat(figure("total")).isEqualTo(6);
        assertThat(counted()).isEqualTo(6);
    }

    @Test
    @DisplayName("show response times within a tenth")
    void percentiles() {
        var tally = new Tally();
        for (int ms = 1; ms <= 1_000; ms++) {
            int durationBucket = (int) Math.floor(4 * Math.log(ms) / Math.log(2));
            tally.add(DeliveryStatus.DELIVERED, durationBucket, 1, ms);
        }
        tally.add(DeliveryStatus.FAILED, -1, 500, 0);
        assertThat(tally.percentileMs(0.5)).isBetween(450L, 550L);
        assertThat(tally.percentileMs(0.95)).isBetween(855L, 1_045L);
        assertThat(tally.averageMs()).isEqualTo(500);
        assertThat(new Tally().percentileMs(0.5)).isNull();
    }

    private void publishedTwoHoursAgo() throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("""
                        update event set key = (left(uuidv7(interval '-2 hours')::text, 13) || substr(key::text, 14))::uuid
                        where workspace_id = ?
                        """)) {
            statement.setString(1, api.workspace().id());
            statement.executeUpdate();
        }
    }

    private void deliver() {
        receiver.answer(Answer.status(200));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{}"));
        api.await(webhook, delivery, "delivered", 1);
    }

    private int figure(String name) {
        return api.get("/webhooks/" + webhook).getInt("data.stats." + name);
    }

    /** Starts counting again, as after the migration of an existing log. A round that is in progress ends first. */
    private void countAnew() throws SQLException {
        try (var connection = HostDatabase.connect();
                var move = connection.prepareStatement("update delivery_hour_mark set counted_to = ?");
                var forget = connection.prepareStatement("delete from delivery_hour")) {
            connection.setAutoCommit(false);
            move.setObject(1, UuidV7.lowestAt(Instant.now().minus(Duration.ofDays(3))));
            move.executeUpdate();
            forget.executeUpdate();
            connection.commit();
            connection.setAutoCommit(true);
        }
        counts.count();
    }

    private long counted() throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement(
                        "select coalesce(sum(deliveries), 0) from delivery_hour where webhook_id = ?"
                                + " and hour < now() - interval '1 hour'")) {
            statement.setString(1, webhook);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private void change(String from, String to) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement(
                        "update delivery set status = ? where webhook_id = ? and status = ?")) {
            statement.setString(1, to);
            statement.setString(2, webhook);
            statement.setString(3, from);
            statement.executeUpdate();
        }
    }

    private void insert(Duration age, int count, String status) throws SQLException {
        var made = Instant.now().minus(age);
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("insert into delivery (id, workspace_id, webhook_id,"
                        + " event_key, event_id, event_type, status, attempts, attempted_at, status_code, duration_ms)"
                        + " values (?, ?, ?, uuidv7(), 'evt', 'lead.created', ?, 1, ?, 200, 20)")) {
            for (int i = 0; i < count; i++) {
                var version7 = UuidV7.lowestAt(made).getMostSignificantBits() | 0x7000;
                statement.setObject(1, new UUID(version7, Long.MIN_VALUE | RANDOM.nextLong() >>> 2));
                statement.setString(2, api.workspace().id());
                statement.setString(3, webhook);
                statement.setString(4, status);
                statement.setObject(5, OffsetDateTime.ofInstant(made, ZoneOffset.UTC));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
