package ai.nexadesk.webhooks.delivery.stats;

import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** Counts of successful and failed attempts, by the hour in which they ended. Past hours never change. */
@Singleton
class AttemptHistory {

    private static final String READ =
            "select webhook_id, hour, succeeded, failed from attempt_hour where webhook_id = any (:webhooks) and hour >= :first";

    private final Jdbi jdbi;

    AttemptHistory(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The attempts of a period.
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

    private record Hour(String webhookId, Instant hour, long succeeded, long failed) {}

    /** The attempts of these webhooks since this hour, by webhook and hour; omits those without attempts. */
    @Transactional
    Map<String, SortedMap<Instant, Attempts>> read(Collection<String> webhooks, Instant firstHour) {
        var history = new HashMap<String, SortedMap<Instant, Attempts>>();
        jdbi.useHandle(handle -> handle.createQuery(READ)
                .bindArray("webhooks", String.class, webhooks)
                .bind("first", firstHour)
                .map(ConstructorMapper.of(Hour.class))
                .forEach(read -> history.computeIfAbsent(read.webhookId, id -> new TreeMap<>())
                        .put(read.hour, new Attempts(read.succeeded, read.failed))));
        return history;
    }
}
