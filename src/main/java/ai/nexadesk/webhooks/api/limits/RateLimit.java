package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Limits the requests per key in any 60 seconds, across replicas. The database stores the times of the latest requests,
 * by its own clock. Rejected requests do not count.
 */
@Singleton
class RateLimit {

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** The highest configurable limit. Each request writes up to this many timestamps. */
    private static final int MAX_LIMIT = 10_000;

    /**
     * Inserts no rows for invalid keys, so that guessing does not fill the table. The clock is read after locking the
     * row, so that times are in order. If the clock was set back, times more than a minute ahead are discarded.
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

    private final Jdbi jdbi;
    private final int limit;

    RateLimit(@Engine Jdbi jdbi, RateSettings settings) {
        this.jdbi = jdbi;
        this.limit = settings.requestsPerMinute();
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new ConfigurationException("nexadesk.api.requests-per-minute is " + limit
                    + ", but must be from 0 (unlimited) to " + MAX_LIMIT + ".");
        }
    }

    /** Checks the setting at startup, not at the first request. */
    void start(@Observes StartupEvent event) {}

    /**
     * The remaining limit after a request.
     *
     * @param limit requests per minute
     * @param remaining how many more requests are possible now
     * @param reset when the full limit is available again, in seconds since 1970
     * @param retryAfter after how many seconds a rejected request would succeed; 0 if it was not rejected
     */
    record Taken(int limit, int remaining, long reset, long retryAfter) {

        boolean isRefused() {
            return retryAfter > 0;
        }
    }

    /** Counts one request of the key with this hash; empty if there is no such key or no limit. */
    Optional<Taken> take(byte[] keyHash) {
        return limit == 0
                ? Optional.empty()
                : jdbi.withHandle(handle -> handle.createQuery(TAKE)
                        .bind("key", keyHash)
                        .bind("limit", limit)
                        .map(this::taken)
                        .findFirst());
    }

    private Taken taken(RowView row) {
        var asked = row.getColumn("asked_at", Instant.class);
        var first = row.getColumn("first", Instant.class);
        return new Taken(
                limit,
                Math.max(0, limit - row.getColumn("used", Integer.class)),
                ceil(Duration.between(
                        Instant.EPOCH, row.getColumn("latest", Instant.class).plus(WINDOW))),
                first == null ? 0 : ceil(Duration.between(asked, first.plus(WINDOW))));
    }

    private static long ceil(Duration time) {
        return time.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
