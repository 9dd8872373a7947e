package ai.nexadesk.webhooks.database;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A table of messages to send. A replica leases one at a time, sends it, and deletes it. A message that fails is retried for a day, after
 * pauses that double.
 */
public abstract class Outbox<T extends Outbox.Item> {

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofDays(1);
    private static final int MOST_DOUBLINGS = 10;

    private final Sql sql;
    private final String table;
    private final String condition;
    private final Duration longestPause;
    private final Sql.Mapper<T> mapper;

    /** @param condition which messages {@code m} may be sent now, of those that are due */
    protected Outbox(Sql sql, String table, String condition, Duration longestPause, Sql.Mapper<T> mapper) {
        this.sql = sql;
        this.table = table;
        this.condition = condition;
        this.longestPause = longestPause;
        this.mapper = mapper;
    }

    /** A message, as it was leased. */
    public interface Item {
        long id();

        Instant createdAt();

        /** How often sending it has begun, this time included. */
        int attempts();
    }

    /** Leases the message that has been due longest; empty if none is due. */
    public Optional<T> claim(Instant now, Instant leaseEnds) {
        return sql.query("""
                        update %1$s set attempts = attempts + 1, next_at = :ends
                        where id = (select id from %1$s m
                            where next_at <= :now and %2$s order by next_at, id limit 1 for update skip locked)
                        returning *
                        """.formatted(table, condition))
                .set("ends", leaseEnds)
                .set("now", now)
                .first(mapper);
    }

    /** Deletes a message: there is nothing left to do for it. */
    public void remove(T item) {
        query("delete from " + table, item).update();
    }

    /**
     * Retries a message later, or deletes it after a day.
     *
     * @param pause before the next attempt; null for the usual one
     * @return whether it will be retried
     */
    public boolean retry(T item, Instant now, @Nullable Duration pause) {
        var next = now.plus(pause == null ? pauseAfter(item.attempts()) : pause);
        if (next.isAfter(item.createdAt().plus(END))) {
            remove(item);
            return false;
        }
        query("update " + table + " set next_at = :next", item)
                .set("next", next)
                .update();
        return true;
    }

    /** Changes a message, unless its lease has ended and another replica has it now. */
    protected Sql.Query query(String change, T item) {
        return sql.query(change + " where id = :id and attempts = :attempts")
                .set("id", item.id())
                .set("attempts", item.attempts());
    }

    private Duration pauseAfter(int attempts) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
