package ai.nexadesk.webhooks.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** The clock of all tests. It goes on like the real one, but from wherever a test has put it. */
@Alternative
@Priority(1)
@ApplicationScoped
public class SettableClock implements InstantSource {

    private volatile Duration ahead = Duration.ZERO;
    private volatile Instant stoppedAt;

    @Override
    public Instant instant() {
        var stopped = stoppedAt;
        return stopped == null ? running() : stopped;
    }

    private Instant running() {
        return Instant.now().plus(ahead).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Makes it this time now. */
    public void set(Instant now) {
        ahead = Duration.between(Instant.now(), now);
    }

    /** Lets this much time pass at once. */
    public void advance(Duration time) {
        ahead = ahead.plus(time);
    }

    /** Lets no more time pass until it is reset. */
    public void stop() {
        stoppedAt = running();
    }

    /** Back to the real time. */
    public void reset() {
        stoppedAt = null;
        ahead = Duration.ZERO;
    }
}
