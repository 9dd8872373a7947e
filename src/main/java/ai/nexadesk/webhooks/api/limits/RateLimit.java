package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.Settings;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.Sql;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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
            from api_key, (select clock_timestamp() as now) clock where key_hash = :key
            on conflict (key_hash) do update set (times, asked_at, refused) = (
                select case when isfull then latest else latest || now end, now, isfull
                from (
                    select now, latest, cardinality(latest) >= :limit as isfull
                    from (
                        select now, array(
                            select t from unnest(w.times) t
                            where t > now - interval '1 minute' and t < now + interval '1 minute' order by t
                        ) as latest
                        from (select clock_timestamp() as now) clock
                    ) part
                ) seen
            )
            returning asked_at, cardinality(times) as used, times[cardinality(times)] as latest,
                case when refused then times[cardinality(times) - :limit + 1] end as first
            """;

    private final Sql sql;
    private final int limit;

    RateLimit(@Engine DataSource dataSource, Settings settings) {
        this.sql = Sql.on(dataSource);
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
    Optional<Taken> take(byte[] keyHash) {
        return limit == 0
                ? Optional.empty()
                : sql.query(TAKE).set("key", keyHash).set("limit", limit).first(this::taken);
    }

    private Taken taken(ResultSet row) throws SQLException {
        var asked = Sql.instant(row, "asked_at");
        var first = Sql.instantOrNull(row, "first");
        return new Taken(
                limit,
                Math.max(0, limit - row.getInt("used")),
                ceil(Duration.between(Instant.EPOCH, Sql.instant(row, "latest").plus(WINDOW))),
                first == null ? 0 : ceil(Duration.between(asked, first.plus(WINDOW))));
    }

    private static long ceil(Duration time) {
        return time.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
