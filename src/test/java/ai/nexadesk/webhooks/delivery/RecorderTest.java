package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.sending.Outcome;
import ai.nexadesk.webhooks.sending.Timing;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The recorder, while the database takes nothing,")
class RecorderTest {

    private static final Lease LEASE = new Lease(
            UUID.randomUUID(),
            "ws_1",
            "wh_1",
            "evt_1",
            "lead.created",
            new byte[0],
            0,
            0,
            Trigger.AUTOMATIC,
            null,
            UUID.randomUUID(),
            true,
            null);

    private final Recorder recorder = new Recorder(new AttemptStore(new PGSimpleDataSource()), null);

    @Test
    @DisplayName("is full with 5,000 results")
    void many() {
        add(5_000, 0);
        assertThat(recorder.isFull()).isFalse();
        add(1, 0);
        assertThat(recorder.isFull()).isTrue();
    }

    @Test
    @DisplayName("is full with 64 MB of answers, however few")
    void longAnswers() {
        add(1_024, 64 * 1024);
        assertThat(recorder.isFull()).isFalse();
        add(1, 64 * 1024);
        assertThat(recorder.isFull()).isTrue();
    }

    /** They share one body, which counts for each. */
    private void add(int results, int length) {
        var answer = new Outcome.Answered(
                Instant.EPOCH, Duration.ofMillis(2), Timing.NONE, 200, List.of(), new byte[length], false);
        var verdict = new Verdict(DeliveryStatus.DELIVERED, null, 1, null, null, false);
        for (int i = 0; i < results; i++) {
            recorder.add(new Result(LEASE, "https://hooks.example.com/", List.of(), answer, verdict));
        }
    }
}
