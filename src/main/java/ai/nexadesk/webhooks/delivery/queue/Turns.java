package ai.nexadesk.webhooks.delivery.queue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * When deliveries may begin, by this process's monotonic clock. The database gave the turns by its own clock at a moment between two of ours:
 * a turn begins for sure when it has begun even if that moment was the later one, and is over when too much time has passed even if it was the
 * earlier one.
 *
 * @param before the moment of this process before the database gave the turns, in nanoseconds
 * @param after the moment after that
 * @param firstMicros from the moment of the database until the first turn
 * @param stepMicros from one turn to the next; 0 if there is no need to wait for one another
 */
public record Turns(long before, long after, long firstMicros, long stepMicros) {

    /** Who begins later than this has missed its turn: with the next ones, there might be too many in a second. */
    static final Duration TOLERANCE = Duration.ofMillis(50);

    /** From the moment of the database until a turn, counted from 0. */
    long nanosTo(int turn) {
        return TimeUnit.MICROSECONDS.toNanos(firstMicros + turn * stepMicros);
    }

    /** From when on a delivery may begin. */
    public long from(int turn) {
        return after + nanosTo(turn);
    }

    /** Whether its turn is over at this moment. */
    public boolean isOver(int turn, long now) {
        return stepMicros > 0 && now - before > nanosTo(turn) + TOLERANCE.toNanos();
    }
}
