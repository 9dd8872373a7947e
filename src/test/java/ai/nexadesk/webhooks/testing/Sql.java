package ai.nexadesk.webhooks.testing;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Direct access to the database for tests, without the application. */
public record Sql() {

    /** Connections are kept, because opening one takes longer than most statements. */
    private static final ThreadLocal<Map<String, Connection>> KEPT = ThreadLocal.withInitial(HashMap::new);

    private static final int PATIENCE_SECONDS = 5;

    private static Connection connection() throws SQLException {
        var url = HostDatabase.url();
        var kept = KEPT.get().get(url);
        if (kept == null || !kept.isValid(PATIENCE_SECONDS)) {
            kept = HostDatabase.connect();
            KEPT.get().put(url, kept);
        }
        return kept;
    }

    /** Runs a statement with these parameters in its own transaction. */
    public void run(String sql, @Nullable Object... parameters) {
        try {
            run(connection(), sql, parameters);
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

    /** The first column of the first row as text; null if the value is null or there is no row. */
    public @Nullable String text(String sql, @Nullable Object... parameters) {
        try {
            return text(connection(), sql, parameters);
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
