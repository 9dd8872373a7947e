package ai.nexadesk.webhooks.testing;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** The clock of all tests. It runs like the real one, but from the time that a test has set. */
@Alternative
@Priority(1)
@ApplicationScoped
public class SettableClock implements InstantSource {

    private volatile Duration ahead = Duration.ZERO;
    private volatile @Nullable Instant stoppedAt;

    @Override
    public Instant instant() {
        var stopped = stoppedAt;
        return stopped == null ? running() : stopped;
    }

    private Instant running() {
        return Instant.now().plus(ahead).truncatedTo(ChronoUnit.MILLIS);
    }

    public void set(Instant now) {
        ahead = Duration.between(Instant.now(), now);
        if (stoppedAt != null) {
            stoppedAt = now;
        }
    }

    /** Moves the clock forward. */
    public void advance(Duration time) {
        ahead = ahead.plus(time);
        var stopped = stoppedAt;
        if (stopped != null) {
            stoppedAt = stopped.plus(time);
        }
    }

    /** Stops the clock until {@link #reset}. Only {@link #set} and {@link #advance} move it. */
    public void stop() {
        stoppedAt = instant();
    }

    /** Returns to the real time. */
    public void reset() {
        stoppedAt = null;
        ahead = Duration.ZERO;
    }
}
