package ai.nexadesk.webhooks.delivery.queue;

import ai.nexadesk.webhooks.webhook.pace.Pace;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Turns")
class TurnsTest {

    /**
     * Requested at 1,000 ms and received at 1,030 ms. The first turn is 20 ms after the database's time, and the next
     * ones follow every 10 ms.
     */
    private final Turns turns = new Turns(ms(1_000), ms(1_030), 20_000, 10_000);

    @Test
    @DisplayName("begin when they have certainly begun by the database's clock")
    void begin() {
        assertThat(turns.from(0)).isEqualTo(ms(1_050));
        assertThat(turns.from(3)).isEqualTo(ms(1_080));
    }

    @Test
    @DisplayName("end when they may have ended 50 ms ago by the database's clock")
    void over() {
        assertThat(turns.isOver(0, ms(1_070))).isFalse();
        assertThat(turns.isOver(0, ms(1_071))).isTrue();
        assertThat(turns.isOver(3, ms(1_100))).isFalse();
        assertThat(turns.isOver(3, ms(1_101))).isTrue();
    }

    @Test
    @DisplayName("of a webhook without a limit per second are never over")
    void withoutStep() {
        assertThat(new Turns(ms(0), ms(1), 0, 0).isOver(7, ms(100_000))).isFalse();
    }

    /**
     * The worst case: both ends of the second count, the earliest request is as late as allowed, and the latest is on
     * time.
     */
    @ParameterizedTest
    @DisplayName("are so far apart that no additional one fits into a second, with all tolerances")
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 10, 60, 333, 999, 1_000})
    void apart(int perSecond) {
        var pace = new Pace(perSecond, null);
        var span = Duration.ofNanos(1_000 * pace.stepMicros() * perSecond);
        assertThat(span.minus(Turns.TOLERANCE)).isGreaterThan(Duration.ofMillis(1_070));
        // A request that is sent twice takes the place of another one.
        var shorter = span.minus(Duration.ofNanos(1_000 * pace.stepMicros()));
        assertThat(pace.isSlow()).isEqualTo(shorter.compareTo(Duration.ofSeconds(1)) < 0);
    }

    private static long ms(long millis) {
        return MILLISECONDS.toNanos(millis);
    }
}
