package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.web.Bars;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("A chart of deliveries")
class ChartTest {

    private static final Instant NOW = Instant.parse("2026-03-20T14:25:00Z");

    private final TreeMap<Instant, AttemptHistory.Attempts> attempts = new TreeMap<>();
    private final TreeMap<Instant, Tally> hours = new TreeMap<>();

    @Test
    @DisplayName("has a bar for the current hour and the 23 before, and lines with gaps where there was no response")
    void day() {
        add("2026-03-19T15:00:00Z", 30, 10);
        add("2026-03-20T13:00:00Z", 1_000, 0);
        add("2026-03-20T14:00:00Z", 0, 1);
        var chart = Chart.of(Chart.Span.DAY, attempts, hours, NOW);
        assertThat(chart.points()).hasSize(24);
        assertThat(chart.points().get(0).succeeded()).isEqualTo(30);
        assertThat(chart.points().get(0).failed()).isEqualTo(10);
        assertThat(chart.points().get(1).attempts()).isZero();
        assertThat(chart.points().get(1).p50()).isNull();
        assertThat(chart.points().get(23).label()).isEqualTo("14:00");
        assertThat(chart.summary()).isEqualTo("1,030 delivered and 11 failed attempts in the last 24 hours.");
        assertThat(chart.bars().top()).isEqualTo(1_000);
        // Even a thousandth of the height is visible.
        assertThat(chart.bars().bars().get(23).badHeight()).isPositive();
        assertThat(chart.bars().bars().get(22).goodHeight()).isEqualTo(Bars.HEIGHT);
        assertThat(chart.medianLine())
                .startsWith("M2 ")
                .contains("M222 ", "L232 ")
                .doesNotContain("M12 ");
        assertThat(chart.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @DisplayName("combines hours for longer periods, up to the present")
    @CsvSource({"7d, 28, 6, '20 Mar, 12:00'", "30d, 30, 24, 20 Mar"})
    void longer(String word, int bars, int hoursEach, String last) {
        add("2026-03-20T12:00:00Z", 5, 0);
        add("2026-03-20T14:00:00Z", 7, 2);
        var chart = Chart.of(Chart.Span.of(word), attempts, hours, NOW);
        assertThat(chart.points()).hasSize(bars);
        var newest = chart.points().get(bars - 1);
        assertThat(newest.succeeded()).isEqualTo(12);
        assertThat(newest.failed()).isEqualTo(2);
        assertThat(newest.label()).isEqualTo(last);
        assertThat(Duration.between(newest.from(), newest.to())).isEqualTo(Duration.ofHours(hoursEach));
        assertThat(newest.to()).isAfter(NOW);
    }

    @Test
    @DisplayName("says that it is empty")
    void empty() {
        assertThat(Chart.of(Chart.Span.of("nonsense"), attempts, hours, NOW).isEmpty())
                .isTrue();
    }

    private void add(String hour, long delivered, long failed) {
        var tally = new Tally();
        if (delivered > 0) {
            tally.add(DeliveryStatus.DELIVERED, 20, delivered, 32 * delivered);
        }
        if (failed > 0) {
            tally.add(DeliveryStatus.FAILED, 30, failed, 180 * failed);
        }
        hours.put(Instant.parse(hour), tally);
        attempts.put(Instant.parse(hour), new AttemptHistory.Attempts(delivered, failed));
    }
}
