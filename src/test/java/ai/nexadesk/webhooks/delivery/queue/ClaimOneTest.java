package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

/** The deliveries are due in an hour, so that no sweep takes them. */
@QuarkusTest
@DisplayName("Claiming one delivery")
class ClaimOneTest {

    private static final String DUE = "now() + interval '1 hour'";

    @Inject
    WorkQueue queue;

    private final Api api = Api.ofNewWorkspace();
    private final Sql sql = new Sql();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private StoredWork work;
    private UUID owner;

    @BeforeEach
    void subscribe() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        work = new StoredWork(sql, api.workspace().id(), webhook);
        owner = work.replica();
    }

    @Test
    @DisplayName("leases it and no other, once")
    void once() throws SQLException {
        var wanted = work.insert("0 days", DUE, null);
        var other = work.insert("0 days", DUE, null);
        assertThat(claim(wanted, Duration.ofHours(2)))
                .map(LeasedDelivery::deliveryId)
                .contains(wanted);
        assertThat(work.owner(wanted)).isEqualTo(owner);
        assertThat(work.owner(other)).isNull();
        assertThat(claim(wanted, Duration.ofHours(2))).isEmpty();
    }

    @Test
    @DisplayName("leaves it if it is not due or has ended")
    void notNow() throws SQLException {
        var wanted = work.insert("0 days", DUE, null);
        assertThat(claim(wanted, Duration.ZERO)).isEmpty();
        sql.run("update work set ended = true where delivery_id = ?", wanted);
        assertThat(claim(wanted, Duration.ofHours(2))).isEmpty();
    }

    private Optional<LeasedDelivery> claim(UUID delivery, Duration later) throws SQLException {
        return queue.claim(owner, Instant.now().plus(later), delivery);
    }
}
