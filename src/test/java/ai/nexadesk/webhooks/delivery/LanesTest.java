package ai.nexadesk.webhooks.delivery;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Lanes")
@Timeout(10)
class LanesTest {

    private static final UUID OWNER = UUID.randomUUID();

    @Test
    @DisplayName("serve webhooks in turn, so that a long lane delays no other")
    void serveInTurn() throws InterruptedException {
        var lanes = new Lanes(8, 100, 1_000, 1_000_000);
        lanes.offer(leases("busy", 50));
        lanes.offer(leases("quiet", 1));
        assertThat(List.of(take(lanes).webhookId(), take(lanes).webhookId())).contains("quiet");
    }

    @Test
    @DisplayName("let no webhook have more in flight than it may")
    void capInFlight() throws InterruptedException {
        var lanes = new Lanes(2, 100, 1_000, 1_000_000);
        lanes.offer(leases("slow", 5));
        lanes.offer(leases("other", 1));
        var taken = new ArrayList<Lease>();
        for (int i = 0; i < 3; i++) {
            taken.add(take(lanes));
        }
        assertThat(taken).filteredOn(lease -> lease.webhookId().equals("slow")).hasSize(2);
        var slow = taken.stream()
                .filter(lease -> lease.webhookId().equals("slow"))
                .findFirst()
                .orElseThrow();
        lanes.done(slow);
        assertThat(take(lanes).webhookId()).isEqualTo("slow");
    }

    @Test
    @DisplayName("refuse what exceeds a lane, and give it back")
    void refuseWhatDoesNotFit() {
        var lanes = new Lanes(1, 1, 3, 1_000_000);
        assertThat(lanes.offer(leases("w", 5))).hasSize(2);
        assertThat(lanes.full()).containsExactly("w");
    }

    @Test
    @DisplayName("refuse what exceeds the memory for bodies")
    void refuseWhatIsTooLarge() {
        var lanes = new Lanes(1, 1, 1_000, 25);
        assertThat(lanes.offer(leases("w", 5))).hasSize(2);
    }

    @Test
    @DisplayName("give back everything that waits, and go on afterwards")
    void drain() throws InterruptedException {
        var lanes = new Lanes(1, 10, 1_000, 1_000_000);
        lanes.offer(leases("w", 4));
        var inFlight = take(lanes);
        assertThat(lanes.drain()).hasSize(3);
        lanes.offer(leases("w", 1));
        lanes.done(inFlight);
        assertThat(take(lanes).webhookId()).isEqualTo("w");
    }

    @Test
    @DisplayName("let nothing out once they are closed")
    void close() throws InterruptedException {
        var lanes = new Lanes(1, 1, 10, 1_000);
        lanes.offer(leases("w", 1));
        lanes.close();
        assertThat(lanes.take()).isNull();
        assertThat(lanes.offer(leases("w", 1))).hasSize(1);
    }

    private static Lease take(Lanes lanes) throws InterruptedException {
        return Objects.requireNonNull(lanes.take());
    }

    private static List<Lease> leases(String webhookId, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Lease(
                        UUID.randomUUID(),
                        webhookId,
                        "evt_" + i,
                        "lead.created",
                        new byte[10],
                        0,
                        0,
                        Trigger.AUTOMATIC,
                        null,
                        OWNER))
                .toList();
    }
}
