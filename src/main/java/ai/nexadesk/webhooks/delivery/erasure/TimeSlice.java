package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.database.DatabaseRole;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Runs small transactions one after another, for a limited time. */
final class TimeSlice {

    private static final Logger LOG = Logger.getLogger(TimeSlice.class);
    private static final Duration LONGEST = Duration.ofMillis(500);

    private TimeSlice() {}

    /**
     * Repeats a step until there is nothing left to do or half a second has passed.
     *
     * @param step returns false if there is nothing to do now
     * @param failure what to log if a step fails, which ends the time slice
     */
    static void run(Callable<Boolean> step, String failure) {
        try {
            long end = System.nanoTime() + LONGEST.toNanos();
            while (DatabaseRole.ENGINE.call(step) && System.nanoTime() < end) {
                // There is another step.
            }
        } catch (RuntimeException e) {
            LOG.warnf("%s: %s", failure, e.getMessage());
        }
    }
}
