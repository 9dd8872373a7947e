package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.ErrorCode;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.Timing;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A manual attempt that failed")
class VerdictTest {

    private static final Outcome NO_RESPONSE = new Outcome.NoResponse(
            Instant.EPOCH, Duration.ofSeconds(5), Timing.NONE, ErrorCode.TIMEOUT, "No response.");
    private static final RetrySchedule SCHEDULE = new RetrySchedule(List.of(Duration.ofMinutes(1)));

    @Test
    @DisplayName("leaves a delivery retrying if its next automatic attempt is scheduled, and otherwise as it was")
    void manual() {
        var scheduled = Instant.EPOCH.plusSeconds(60);
        var verdict = Verdict.of(manual(scheduled), NO_RESPONSE, Instant.EPOCH, SCHEDULE);
        assertThat(verdict.status()).isEqualTo(DeliveryStatus.RETRYING);
        assertThat(verdict.nextAt()).isEqualTo(scheduled);
        assertThat(Verdict.of(manual(null), NO_RESPONSE, Instant.EPOCH, SCHEDULE)
                        .status())
                .isNull();
    }

    private static LeasedDelivery manual(@Nullable Instant scheduledFor) {
        return new LeasedDelivery(
                UUID.randomUUID(),
                "ws_1",
                "wh_1",
                "evt_1",
                "lead.created",
                new byte[0],
                0,
                0,
                Trigger.MANUAL,
                scheduledFor,
                UUID.randomUUID(),
                true,
                new UUID(0, 0),
                EventContext.NONE,
                null,
                null,
                false);
    }
}
