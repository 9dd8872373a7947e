package ai.nexadesk.webhooks.delivery.queue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When deliveries may start, by this process's monotonic clock. The database assigned the turns by its own clock at an
 * unknown moment between two moments of ours. To be safe, a turn starts as if that was the later moment, and ends as if
 * it was the earlier one.
 *
 * @param before this process's time before the database assigned the turns, in nanoseconds
 * @param after this process's time after that
 * @param firstMicros from the assignment to the first turn
 * @param stepMicros from one turn to the next; 0 if they need not be spread
 */
public record Turns(long before, long after, long firstMicros, long stepMicros) {

    /**
     * A delivery that starts later than this has missed its turn: together with the next ones, it could exceed the
     * rate.
     */
    static final Duration TOLERANCE = Duration.ofMillis(50);

    /** The time from the assignment to a turn, counted from 0. */
    long nanosTo(int turn) {
        return TimeUnit.MICROSECONDS.toNanos(firstMicros + turn * stepMicros);
    }

    /** When a delivery may start. */
    public long from(int turn) {
        return after + nanosTo(turn);
    }

    /** Whether its turn is over at this moment. */
    public boolean isOver(int turn, long now) {
        return stepMicros > 0 && now - before > nanosTo(turn) + TOLERANCE.toNanos();
    }
}
