package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The figures of a webhook")
class HourlyCountsTest {

    @Inject
    DataSource dataSource;

    @Inject
    HourlyCounts counts;

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String webhook;

    @BeforeEach
    void start() throws Exception {
        receiver = Receiver.start();
        webhook = api.createWebhook(receiver.url("/hook"), "*");
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @Test
    @DisplayName("count each delivery once, whether it is in the counts already or newer, and no ping")
    void countedOnce() throws SQLException {
        delivered();
        assertThat(figure("delivered")).isEqualTo(1);
        forget();
        insertOld(Duration.ofHours(2), 40, "delivered");
        insertOld(Duration.ofHours(2), 10, "failed");
        insertOld(Duration.ofDays(2), 7, "delivered");
        counts.count();
        delivered();
        assertThat(figure("delivered")).isEqualTo(42);
        assertThat(figure("failed")).isEqualTo(10);
        counts.count();
        assertThat(figure("delivered")).isEqualTo(42);
        assertThat(counted("2 days")).isEqualTo(50);
    }

    @Test
    @DisplayName("follow what becomes of a delivery after it was counted")
    void settledLater() throws SQLException {
        insertOld(Duration.ofHours(2), 3, "failed");
        forget();
        counts.count();
        assertThat(figure("failed")).isEqualTo(3);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(
                        "update delivery set status = 'delivered' where webhook_id = ? and status = 'failed'")) {
            statement.setString(1, webhook);
            statement.executeUpdate();
        }
        counts.count();
        assertThat(figure("failed")).isEqualTo(0);
        assertThat(figure("delivered")).isEqualTo(3);
    }

    @Test
    @DisplayName("tell response times within a tenth")
    void percentiles() {
        var tally = new Tally();
        for (int ms = 1; ms <= 1_000; ms++) {
            int speed = (int) Math.floor(4 * Math.log(ms) / Math.log(2));
            tally.add(DeliveryStatus.DELIVERED, speed, 1, ms);
        }
        tally.add(DeliveryStatus.FAILED, -1, 500, 0);
        assertThat(tally.percentileMs(0.5)).isBetween(450L, 550L);
        assertThat(tally.percentileMs(0.95)).isBetween(855L, 1_045L);
        assertThat(tally.averageMs()).isEqualTo(500);
        assertThat(new Tally().percentileMs(0.5)).isNull();
    }

    private void delivered() {
        receiver.answer(Answer.status(200));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{}"));
        api.await(webhook, delivery, "delivered", 1);
    }

    private int figure(String name) {
        return api.get("/webhooks/" + webhook).getInt("data.stats." + name);
    }

    /** As after the migration of a log that is there already. */
    private void forget() throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("delete from delivery_hour");
            statement.execute("update delivery_hour_mark set counted_to = now() - interval '3 days'");
        }
    }

    private long counted(String interval) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(
                        "select sum(deliveries) from delivery_hour where webhook_id = ? and hour > now() - ?::interval")) {
            statement.setString(1, webhook);
            statement.setString(2, interval);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private void insertOld(Duration age, int count, String status) throws SQLException {
        var made = Instant.now().minus(age).truncatedTo(ChronoUnit.MILLIS);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement("insert into delivery (id, workspace_id, webhook_id,"
                        + " event_key, event_id, event_type, status, attempts, attempted_at, status_code, duration_ms)"
                        + " values (?, ?, ?, uuidv7(), 'evt', 'lead.created', ?, 1, ?, 200, 20)")) {
            for (int i = 0; i < count; i++) {
                var lowest = DeliveryIds.lowest(made);
                statement.setObject(1, new UUID(lowest.getMostSignificantBits(), UUID.randomUUID().getLeastSignificantBits()));
                statement.setString(2, api.workspace().id());
                statement.setString(3, webhook);
                statement.setString(4, status);
                statement.setTimestamp(5, Timestamp.from(made));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
