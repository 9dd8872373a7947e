package ai.nexadesk.webhooks.delivery.queue;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Runs statements on a data source. With the engine's, each is a transaction of its own; with the default one, each is part of the
 * current transaction.
 */
public record Statements(DataSource dataSource) {

    /** Sets the parameters of a statement. */
    public interface Parameters {
        void set(Connection connection, PreparedStatement statement) throws SQLException;
    }

    public int update(String sql, Parameters parameters) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            parameters.set(connection, statement);
            return statement.executeUpdate();
        }
    }

    public static Array ids(Connection connection, Collection<UUID> ids) throws SQLException {
        return connection.createArrayOf("uuid", ids.toArray());
    }

    public static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
