package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * How many requests a key may make in a minute, on all replicas together. The window slides: the minute before counts for as
 * much of it as still lies in the last 60 seconds. Requests that are refused do not count.
 */
@Singleton
class RateLimit {

    private static final long MINUTE_MILLIS = 60_000;
    private static final double MINUTE = 60;

    /** Makes no row for what is no key, so that guessing fills nothing. */
    private static final String TAKE = """
            insert into rate_window as w (key_hash, minute, used, before, refused)
            select key_hash, ?, 1, 0, false from api_key where key_hash = ?
            on conflict (key_hash) do update set (minute, used, before, refused) = (
                select greatest(w.minute, excluded.minute), seen.used + (not seen.isfull)::int, seen.before, seen.isfull
                from (
                    select part.used, part.before, part.used + part.before * ?::float8 >= ? as isfull
                    from (
                        select case when w.minute >= excluded.minute then w.used else 0 end as used,
                            case when w.minute >= excluded.minute then w.before
                                when w.minute = excluded.minute - 1 then w.used else 0 end as before
                    ) part
                ) seen
            )
            returning used, before, refused
            """;

    private final DataSource dataSource;
    private final int limit;

    RateLimit(@Engine DataSource dataSource, Settings settings) {
        this.dataSource = dataSource;
        this.limit = settings.api().requestsPerMinute();
    }

    /**
     * What is left after a request.
     *
     * @param limit requests a minute
     * @param remaining how many more could be made right now
     * @param reset when the whole limit can be used again, in seconds since 1970
     * @param retryAfter in how many seconds the request would be taken that was refused; 0 if it was not
     */
    record Taken(int limit, int remaining, long reset, long retryAfter) {

        boolean isRefused() {
            return retryAfter > 0;
        }

        static Taken of(int limit, int used, int before, boolean refused, Instant now) {
            long minute = now.toEpochMilli() / MINUTE_MILLIS;
            double second = now.toEpochMilli() % MINUTE_MILLIS / 1000.0;
            double weighed = used + before * (1 - second / MINUTE);
            int remaining = refused ? 0 : (int) Math.max(0, Math.ceil(limit - weighed));
            long reset = (minute + 2) * (long) MINUTE;
            return new Taken(limit, remaining, reset, refused ? wait(limit, used, before, second) : 0);
        }

        /** Until the weighed number of requests is below the limit; in the next minute, if this one alone is full. */
        private static long wait(int limit, int used, int before, double second) {
            double seconds = used < limit
                    ? MINUTE * (1 - (double) (limit - used) / before) - second
                    : MINUTE - second + MINUTE * (1 - (double) limit / used);
            return (long) Math.floor(seconds) + 1;
        }
    }

    /** Takes one request of the key with this hash; empty if there is no such key, or no limit. */
    Optional<Taken> take(byte[] keyHash, Instant now) throws SQLException {
        if (limit == 0) {
            return Optional.empty();
        }
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TAKE)) {
            statement.setLong(1, now.toEpochMilli() / MINUTE_MILLIS);
            statement.setBytes(2, keyHash);
            statement.setDouble(3, 1 - now.toEpochMilli() % MINUTE_MILLIS / (double) MINUTE_MILLIS);
            statement.setInt(4, limit);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(Taken.of(limit, rows.getInt(1), rows.getInt(2), rows.getBoolean(3), now))
                        : Optional.empty();
            }
        }
    }
}
