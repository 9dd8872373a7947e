package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * How many requests a key may make in any 60 seconds, on all replicas together. The database keeps when the latest were taken,
 * by its own clock. Requests that are refused do not count.
 */
@Singleton
class RateLimit {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** The times of so many are written with each request. */
    private static final int MOST = 10_000;

    /**
     * Makes no row for what is no key, so that guessing fills nothing. The clock is read when the row is locked, so that times
     * are in order; only after it was set back they are not, and what is more than a minute ahead is forgotten.
     */
    private static final String TAKE = """
            insert into request_window as w (key_hash, times, asked_at, refused)
            select key_hash, array[now], now, false
            from api_key, (select clock_timestamp() as now) clock where key_hash = ?
            on conflict (key_hash) do update set (times, asked_at, refused) = (
                select case when isfull then latest else latest || now end, now, isfull
                from (
                    select now, latest, cardinality(latest) >= ? as isfull
                    from (
                        select now, array(
                            select t from unnest(w.times) t
                            where t > now - interval '1 minute' and t < now + interval '1 minute' order by t
                        ) as latest
                        from (select clock_timestamp() as now) clock
                    ) part
                ) seen
            )
            returning asked_at, cardinality(times), times[cardinality(times)],
                case when refused then times[cardinality(times) - ? + 1] end
            """;

    private final DataSource dataSource;
    private final int limit;

    RateLimit(@Engine DataSource dataSource, Settings settings) {
        this.dataSource = dataSource;
        this.limit = settings.api().requestsPerMinute();
        if (limit < 0 || limit > MOST) {
            throw new ConfigurationException("nexadesk.api.requests-per-minute is " + limit
                    + ", but must be from 0 (unlimited) to " + MOST + ".");
        }
    }

    /** A limit that cannot be kept is told at the start, not at the first request. */
    void start(@Observes StartupEvent event) {}

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
    }

    /** Takes one request of the key with this hash; empty if there is no such key, or no limit. */
    Optional<Taken> take(byte[] keyHash) throws SQLException {
        if (limit == 0) {
            return Optional.empty();
        }
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(TAKE)) {
            statement.setBytes(1, keyHash);
            statement.setInt(2, limit);
            statement.setInt(3, limit);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(taken(rows)) : Optional.empty();
            }
        }
    }

    private Taken taken(ResultSet row) throws SQLException {
        var asked = instant(row, 1);
        int remaining = Math.max(0, limit - row.getInt(2));
        long reset = ceil(Duration.between(Instant.EPOCH, instant(row, 3).plus(WINDOW)));
        boolean isRefused = row.getObject(4) != null;
        return new Taken(
                limit,
                remaining,
                reset,
                isRefused ? ceil(Duration.between(asked, instant(row, 4).plus(WINDOW))) : 0);
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static long ceil(Duration time) {
        return time.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
