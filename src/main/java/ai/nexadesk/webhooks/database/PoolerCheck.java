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
 * Refuses to start behind a pooler that uses a different database session for each transaction, such as PgBouncer in
 * transaction mode. The role of one connection would leak into others.
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
                                + " to different sessions. Set its pool mode to session (PgBouncer: pool_mode "
                                + "= session),"
                                + " or connect to PostgreSQL directly.");
            }
        }
    }

    /**
     * Whether a connection changes its session. Detects poolers that reuse the session that became free first, and
     * those that reuse the one that became free last.
     */
    static boolean mixesSessions(DataSource pool) throws SQLException {
        try (var one = pool.getConnection();
                var other = pool.getConnection()) {
            var before = sessions(one, other);
            var again = sessions(one, other);
            var swapped = sessions(other, one);
            return !again.equals(before) || !swapped.equals(List.of(before.get(1), before.get(0)));
        }
    }

    /** Opens a transaction on both connections at the same time. */
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
