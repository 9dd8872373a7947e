package ai.nexadesk.webhooks.testing;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits until other threads or processes have done something, up to a time limit. */
public final class Await {

    private static final long FIRST_PAUSE_MILLIS = 15;
    private static final long LONGEST_PAUSE_MILLIS = 120;

    private Await() {}

    /** Polls until the value meets the condition, and returns it. After the time limit, fails with the last value. */
    public static <T> T until(String what, Duration patience, Supplier<T> look, Predicate<T> wanted) {
        long deadline = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        T seen = look.get();
        while (!wanted.test(seen)) {
            if (System.nanoTime() > deadline) {
                var shown = seen instanceof io.restassured.path.json.JsonPath json ? json.prettify() : seen;
                throw new AssertionError("Waited " + patience.toSeconds() + " s for " + what + "; last seen: " + shown);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting for " + what, e);
            }
            pause = Math.min(pause * 3 / 2, LONGEST_PAUSE_MILLIS);
            seen = look.get();
        }
        return seen;
    }
}
