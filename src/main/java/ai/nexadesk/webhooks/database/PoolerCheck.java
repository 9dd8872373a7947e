package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/**
 * Refuses to start behind a pooler that gives every transaction another session of the database, as PgBouncer does in its transaction
 * mode: the role of one connection would be that of others.
 */
@Singleton
final class PoolerCheck {

    private static final int PRIORITY = Interceptor.Priority.LIBRARY_BEFORE + 1;
    private static final int PATIENCE_SECONDS = 10;

    private final List<DataSource> pools;

    PoolerCheck(AgroalDataSource pages, @Engine DataSource engine) {
        this.pools = List.of(pages, engine);
    }

    void start(@Observes @Priority(PRIORITY) StartupEvent event) throws SQLException {
        for (var pool : pools) {
            if (mixesSessions(pool)) {
                throw new ConfigurationException(
                        "A pooler between NexaDesk Webhooks and PostgreSQL gives the transactions of a connection"
                                + " to different sessions. Set its pool mode to session (PgBouncer: pool_mode = session),"
                                + " or connect to PostgreSQL directly.");
            }
        }
    }

    /** Whether a connection has changed its session. Whoever takes the session that was free first, or last, is found out. */
    static boolean mixesSessions(DataSource pool) throws SQLException {
        try (var one = pool.getConnection();
                var other = pool.getConnection()) {
            var before = sessions(one, other);
            var again = sessions(one, other);
            var swapped = sessions(other, one);
            return !again.equals(before) || !swapped.equals(List.of(before.get(1), before.get(0)));
        }
    }

    /** Both are in a transaction at the same time, and end it in the order of the first call. */
    private static List<Integer> sessions(Connection first, Connection second) throws SQLException {
        first.setAutoCommit(false);
        second.setAutoCommit(false);
        try {
            return List.of(session(first), session(second));
        } finally {
            first.setAutoCommit(true);
            second.setAutoCommit(true);
        }
    }

    private static int session(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            try (var rows = statement.executeQuery("select pg_backend_pid()")) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
