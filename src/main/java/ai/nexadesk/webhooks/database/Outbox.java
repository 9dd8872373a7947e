package ai.nexadesk.webhooks.database;

import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A table of messages to send. A replica leases one at a time, sends it, and deletes it. A failed message is retried
 * for a day, with pauses that double.
 */
public abstract class Outbox<T extends Outbox.Item> {

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    private static final Duration END = Duration.ofDays(1);
    private static final int MAX_DOUBLINGS = 10;

    private final Jdbi jdbi;
    private final String table;
    private final String condition;
    private final Duration longestPause;
    private final RowMapper<T> mapper;

    /**
     * Creates the outbox.
     *
     * @param condition which of the due messages {@code m} may be sent now
     */
    protected Outbox(Jdbi jdbi, String table, String condition, Duration longestPause, Class<T> type) {
        this.jdbi = jdbi;
        this.table = table;
        this.condition = condition;
        this.longestPause = longestPause;
        this.mapper = ConstructorMapper.of(type);
    }

    /** A leased message. */
    public interface Item {
        long id();

        Instant createdAt();

        /** How many attempts to send it have begun, including this one. */
        int attempts();
    }

    /** Leases the message that has been due the longest; empty if none is due. */
    public Optional<T> claim(Instant now, Instant leaseEnds) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        update %1$s set attempts = attempts + 1, next_at = :ends
                        where id = (select id from %1$s m
                            where next_at <= :now and %2$s order by next_at, id limit 1 for update skip locked)
                        returning *
                        """.formatted(table, condition))
                .bind("ends", leaseEnds)
                .bind("now", now)
                .map(mapper)
                .findFirst());
    }

    /** Deletes a message that needs no further work. */
    public void remove(T item) {
        change("delete from " + table, item, UnaryOperator.identity());
    }

    /**
     * Retries a message later, or deletes it after a day.
     *
     * @param pause the pause before the next attempt; null for the usual one
     * @return whether it will be retried
     */
    public boolean retry(T item, Instant now, @Nullable Duration pause) {
        var next = now.plus(pause == null ? pauseAfter(item.attempts()) : pause);
        if (next.isAfter(item.createdAt().plus(END))) {
            remove(item);
            return false;
        }
        change("update " + table + " set next_at = :next", item, update -> update.bind("next", next));
        return true;
    }

    /** Changes a message; returns false if its lease had ended and another replica has it now. */
    protected boolean change(String change, T item, UnaryOperator<Update> binding) {
        var sql = change + " where id = :id and attempts = :attempts";
        return jdbi.withHandle(handle -> binding.apply(handle.createUpdate(sql))
                        .bind("id", item.id())
                        .bind("attempts", item.attempts())
                        .execute())
                == 1;
    }

    private Duration pauseAfter(int attempts) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
