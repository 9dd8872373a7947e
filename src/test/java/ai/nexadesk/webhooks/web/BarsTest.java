package ai.nexadesk.webhooks.web;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Bars")
class BarsTest {

    private static final List<Bars.Stack> HOURS =
            List.of(new Bars.Stack(100, 12), new Bars.Stack(0, 0), new Bars.Stack(9_999, 1));

    @Test
    @DisplayName("end below a round number if there is an axis")
    void axis() {
        var bars = Bars.of(List.of(HOURS.get(0)));
        assertThat(bars.top()).isEqualTo(200);
        assertThat(bars.bars().get(0).badY()).isEqualTo(Bars.HEIGHT - 56);
    }

    @Test
    @DisplayName("use the full height if there is no axis")
    void fill() {
        assertThat(Bars.filling(List.of(HOURS.get(0))).bars().get(0).badY()).isZero();
        assertThat(Bars.filling(HOURS).bars().get(2).badY()).isZero();
    }

    @Test
    @DisplayName("show even the smallest failure, and nothing for zero")
    void smallest() {
        var bars = Bars.filling(HOURS).bars();
        assertThat(bars.get(2).badHeight()).isPositive();
        assertThat(bars.get(1).goodHeight() + bars.get(1).badHeight()).isZero();
        assertThat(Bars.filling(List.of(new Bars.Stack(0, 0))).successPath()).isEmpty();
    }
}
