package ai.nexadesk.webhooks.delivery;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The retry schedule")
class RetryScheduleTest {

    private final RetrySchedule documented = new RetrySchedule(List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(24)));

    @Test
    @DisplayName("waits 1 min, 5 min, 30 min, 2 h and 24 h, and then gives up")
    void waitsAsDocumented() {
        assertThat(documented.maxAttempts()).isEqualTo(6);
        assertThat(delayAfter(1)).contains(Duration.ofMinutes(1));
        assertThat(delayAfter(2)).contains(Duration.ofMinutes(5));
        assertThat(delayAfter(3)).contains(Duration.ofMinutes(30));
        assertThat(delayAfter(4)).contains(Duration.ofHours(2));
        assertThat(delayAfter(5)).contains(Duration.ofHours(24));
        assertThat(delayAfter(6)).isEmpty();
    }

    @Test
    @DisplayName("is postponed by Retry-After, but never advanced")
    void retryAfterOnlyPutsOff() {
        assertThat(documented.delayAfter(1, Optional.of(Duration.ofSeconds(30))))
                .contains(Duration.ofMinutes(1));
        assertThat(documented.delayAfter(1, Optional.of(Duration.ofMinutes(10))))
                .contains(Duration.ofMinutes(10));
    }

    @Test
    @DisplayName("is postponed by Retry-After by at most 24 hours")
    void retryAfterIsCapped() {
        assertThat(documented.delayAfter(1, Optional.of(Duration.ofDays(90)))).contains(Duration.ofHours(24));
    }

    private Optional<Duration> delayAfter(int failedAttempts) {
        return documented.delayAfter(failedAttempts, Optional.empty());
    }
}
