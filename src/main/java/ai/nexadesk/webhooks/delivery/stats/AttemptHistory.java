package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.database.Sql;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Numbers of successful and failed attempts, by the hour in which they ended. Past hours never change. */
@Singleton
class AttemptHistory {

    private static final String READ =
            "select webhook_id, hour, succeeded, failed from attempt_hour where webhook_id = any (:webhooks) and hour >= :first";

    private final Sql sql;

    AttemptHistory(DataSource dataSource) {
        this.sql = Sql.on(dataSource);
    }

    /**
     * Attempts of some time.
     *
     * @param succeeded how many succeeded
     * @param failed how many failed
     */
    record Attempts(long succeeded, long failed) {

        static final Attempts NONE = new Attempts(0, 0);

        Attempts plus(Attempts other) {
            return new Attempts(succeeded + other.succeeded, failed + other.failed);
        }

        /** The sum of these hours. */
        static Attempts sum(Collection<Attempts> hours) {
            return hours.stream().reduce(NONE, Attempts::plus);
        }
    }

    /** The attempts of these webhooks since this hour, by webhook and hour; omits those without attempts. */
    @Transactional
    Map<String, SortedMap<Instant, Attempts>> read(Collection<String> webhooks, Instant firstHour) {
        var history = new HashMap<String, SortedMap<Instant, Attempts>>();
        sql.query(READ)
                .set("webhooks", "text", webhooks)
                .set("first", firstHour)
                .list(row -> history.computeIfAbsent(row.getString("webhook_id"), id -> new TreeMap<>())
                        .put(Sql.instant(row, "hour"), new Attempts(row.getLong("succeeded"), row.getLong("failed"))));
        return history;
    }
}
