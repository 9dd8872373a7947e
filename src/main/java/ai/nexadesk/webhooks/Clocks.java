package ai.nexadesk.webhooks;

import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

/** Gives everyone the same clock, so that tests can put their own in its place. */
final class Clocks {

    private Clocks() {}

    /** The clock of this machine, in ticks of a millisecond: what the API shows and PostgreSQL keeps without loss. */
    @Produces
    @ApplicationScoped
    static InstantSource systemClock() {
        return Clock.tickMillis(ZoneOffset.UTC);
    }
}
