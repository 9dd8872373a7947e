package ai.nexadesk.webhooks.testing;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** What a test does to the database behind the application's back. */
public record Sql() {

    /** Runs a statement with these parameters, in a transaction of its own. */
    public void run(String sql, @Nullable Object... parameters) {
        try (var connection = HostDatabase.connect()) {
            run(connection, sql, parameters);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a statement with these parameters on this connection. */
    public static void run(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (var statement = prepare(connection, sql, parameters)) {
            statement.execute();
        }
    }

    /** The first column of the first row as text; null if it is null or there is none. */
    public @Nullable String text(String sql, @Nullable Object... parameters) {
        try (var connection = HostDatabase.connect()) {
            return text(connection, sql, parameters);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The same on this connection. */
    public static @Nullable String text(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        try (var statement = prepare(connection, sql, parameters);
                var rows = statement.executeQuery()) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
