package ai.nexadesk.webhooks.delivery.health;

import ai.nexadesk.webhooks.webhook.Health.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The attempts of the last 15 minutes")
class HealthEvidenceTest {

    private static final Instant NOW = Instant.parse("2026-03-20T14:00:00Z");
    private static final Instant BEFORE = NOW.minus(Duration.ofHours(1));

    @ParameterizedTest
    @DisplayName("make a webhook healthy, degraded, failing or idle")
    @CsvSource({
        "IDLE,     0, 0, true,  IDLE",
        "IDLE,     1, 0, false, HEALTHY",
        "IDLE,     0, 1, true,  DEGRADED",
        "IDLE,     0, 2, true,  DEGRADED",
        "IDLE,     0, 3, true,  FAILING",
        "HEALTHY,  9, 1, true,  DEGRADED",
        "DEGRADED, 0, 3, true,  FAILING",
        "FAILING,  0, 1, true,  FAILING",
        "FAILING,  1, 9, true,  DEGRADED",
        "FAILING,  1, 0, false, HEALTHY",
        "FAILING,  0, 0, true,  FAILING",
        "FAILING,  0, 0, false, IDLE",
        "DEGRADED, 0, 0, true,  DEGRADED",
        "HEALTHY,  0, 0, true,  IDLE"
    })
    void states(State before, long succeeded, long failed, boolean waits, State after) {
        var failingSince = succeeded == 0 && before != State.HEALTHY ? BEFORE : null;
        var evidence = new HealthEvidence(
                "wh_1",
                before,
                BEFORE,
                null,
                succeeded,
                failed,
                failed > 0 ? NOW : null,
                failed > 0 ? "500" : null,
                failingSince,
                waits);
        var state = evidence.change(NOW).map(HealthEvidence.Assessment::state).orElse(before);
        assertThat(state).isEqualTo(after);
    }

    @Test
    @DisplayName("show since when, and why")
    void since() {
        var first = NOW.minusSeconds(90);
        var outage = new HealthEvidence("wh_1", State.HEALTHY, BEFORE, null, 0, 4, first, "timeout", first, true);
        assertThat(outage.change(NOW)).contains(new HealthEvidence.Assessment("wh_1", State.FAILING, first, "timeout"));
        var same = new HealthEvidence("wh_1", State.FAILING, first, "timeout", 0, 9, NOW, "timeout", first, true);
        assertThat(same.change(NOW)).isEmpty();
        var pause = new HealthEvidence("wh_1", State.FAILING, first, "timeout", 0, 0, null, null, first, true);
        assertThat(pause.change(NOW)).isEmpty();
        var over = new HealthEvidence("wh_1", State.FAILING, first, "timeout", 5, 0, null, null, null, false);
        assertThat(over.change(NOW)).contains(new HealthEvidence.Assessment("wh_1", State.HEALTHY, NOW, null));
    }
}
