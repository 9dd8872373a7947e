package ai.nexadesk.webhooks.tracing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Work that must continue as long as the process lives")
class WatchedTaskTest {

    private static final Duration NEVER = Duration.ofDays(1);

    private final WatchedTask watched = new WatchedTask("a-loop");

    @AfterEach
    void forget() {
        watched.forget();
    }

    @Test
    @DisplayName("is a problem if its thread has ended with an error, but not when its work was done")
    void dead() throws Exception {
        var done = watched.thread(() -> {});
        done.start();
        done.join();
        assertThat(WatchedTask.problem(NEVER)).isEmpty();

        var dies = watched.thread(() -> {
            throw new StackOverflowError("a bug");
        });
        dies.start();
        dies.join();
        assertThat(WatchedTask.problem(NEVER)).hasValue("a-loop has ended");
    }

    @Test
    @DisplayName("is a problem if it has not reported for too long, unless it is idle")
    void stuck() throws Exception {
        watched.heartbeat();
        Thread.sleep(20);
        assertThat(WatchedTask.problem(NEVER)).isEmpty();
        assertThat(WatchedTask.problem(Duration.ofMillis(10))).hasValue("a-loop is stuck");
        watched.idle();
        assertThat(WatchedTask.problem(Duration.ofMillis(10))).isEmpty();
    }
}
