package ai.nexadesk.webhooks.delivery.queue;

import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Update;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Runs statements of the queue. With the engine's Jdbi, each is a transaction of its own; with the other one, each is part of
 * the current transaction. Failures are {@link SQLException}s, as those of the statements that use JDBC directly.
 */
record Statements(Jdbi jdbi) {

    /** Runs a statement without parameters, and returns the number of changed rows. */
    int update(String sql) throws SQLException {
        return update(sql, UnaryOperator.identity());
    }

    /** Runs a statement with these named parameters, and returns the number of changed rows. */
    int update(String sql, UnaryOperator<Update> parameters) throws SQLException {
        try {
            return jdbi.withHandle(
                    handle -> parameters.apply(handle.createUpdate(sql)).execute());
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw e;
        }
    }

    static Array ids(Connection connection, Collection<UUID> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.toArray());
    }

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
