package ai.nexadesk.webhooks.delivery.stats;

import ai.nexadesk.webhooks.delivery.queue.Statements;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** How many attempts succeeded and failed, by the hour in which they ended. What comes later never changes an hour that has passed. */
@Singleton
class AttemptHistory {

    private static final String READ =
            "select webhook_id, hour, succeeded, failed from attempt_hour where webhook_id = any (?) and hour >= ?";

    private final DataSource dataSource;

    AttemptHistory(DataSource dataSource) {
        this.dataSource = dataSource;
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

        /** Those of all these hours. */
        static Attempts sum(Collection<Attempts> hours) {
            return hours.stream().reduce(NONE, Attempts::plus);
        }
    }

    /** The attempts of these webhooks since this hour, by webhook and hour; what has none is left out. */
    @Transactional
    Map<String, SortedMap<Instant, Attempts>> read(Collection<String> webhooks, Instant firstHour) {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("text", webhooks.toArray()));
            statement.setObject(2, Statements.at(firstHour));
            var history = new HashMap<String, SortedMap<Instant, Attempts>>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    history.computeIfAbsent(rows.getString(1), id -> new TreeMap<>())
                            .put(
                                    rows.getObject(2, OffsetDateTime.class).toInstant(),
                                    new Attempts(rows.getLong(3), rows.getLong(4)));
                }
            }
            return history;
        } catch (SQLException e) {
            throw new IllegalStateException("The history of attempts cannot be read now", e);
        }
    }
}
