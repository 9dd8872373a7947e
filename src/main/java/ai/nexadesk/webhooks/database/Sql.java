package ai.nexadesk.webhooks.database;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Runs SQL with named parameters, such as {@code :id}. In a transaction of the framework, statements on the default data source are part
 * of it. Failures are {@link IllegalStateException}s whose cause is the {@link SQLException}.
 */
public final class Sql {

    /** A string, or a parameter; {@code ::} is a cast. */
    private static final Pattern PARAMETER = Pattern.compile("'[^']*'|(?<!:):([a-z]\\w*)");

    private final @Nullable DataSource pool;
    private final @Nullable Connection connection;

    private Sql(@Nullable DataSource pool, @Nullable Connection connection) {
        this.pool = pool;
        this.connection = connection;
    }

    /** Runs each statement on a connection of this pool. */
    public static Sql on(DataSource pool) {
        return new Sql(pool, null);
    }

    /** Creates an object from a row. */
    public interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private interface Execution<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private record SqlArray(String type, Object[] elements) {}

    /** Runs all of this in one transaction of its own. */
    public <T> T transaction(Function<Sql, T> work) {
        return call(() -> OwnTransaction.of(pool, own -> work.apply(new Sql(null, own))));
    }

    /** A statement whose parameters have yet to be set. */
    public Query query(String sql) {
        return new Query(sql);
    }

    /** The time in this column. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** The time in this column; null if there is none. */
    public static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        return row.getObject(column) == null ? null : instant(row, column);
    }

    /** A statement and its parameters. */
    public final class Query {

        private final String sql;
        private final Map<String, @Nullable Object> values = new HashMap<>();
        private Duration timeout = Duration.ZERO;
        private int atOnce;

        private Query(String sql) {
            this.sql = sql;
        }

        /** Sets a parameter everywhere it occurs. */
        public Query set(String name, @Nullable Object value) {
            values.put(name, value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value);
            return this;
        }

        /** Sets a parameter to an array of this PostgreSQL type. */
        public Query set(String name, String type, Collection<?> elements) {
            return set(name, new SqlArray(type, elements.toArray()));
        }

        /** Limits how long the statement may take, in whole seconds. */
        public Query timeout(Duration longest) {
            timeout = longest;
            return this;
        }

        /** Limits how many rows are in memory at once; works in a transaction. */
        public Query atOnce(int rows) {
            atOnce = rows;
            return this;
        }

        /** Returns the number of rows changed. */
        public int update() {
            return run(PreparedStatement::executeUpdate);
        }

        public <T> List<T> list(Mapper<T> mapper) {
            return run(statement -> {
                var found = new ArrayList<T>();
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(mapper.map(rows));
                    }
                }
                return found;
            });
        }

        /** The first row; empty if there is none, or if it maps to null. */
        public <T> Optional<T> first(Mapper<@Nullable T> mapper) {
            return run(statement -> {
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? Optional.ofNullable(mapper.map(rows)) : Optional.empty();
                }
            });
        }

        private <T> T run(Execution<T> execution) {
            return call(() -> {
                if (connection != null) {
                    return run(connection, execution);
                }
                try (var own = pool.getConnection()) {
                    return run(own, execution);
                }
            });
        }

        private <T> T run(Connection on, Execution<T> execution) throws SQLException {
            var names = new ArrayList<String>();
            var text = PARAMETER.matcher(sql).replaceAll(found -> {
                if (found.group(1) == null) {
                    return Matcher.quoteReplacement(found.group());
                }
                names.add(found.group(1));
                return "?";
            });
            try (var statement = on.prepareStatement(text)) {
                statement.setQueryTimeout((int) timeout.toSeconds());
                statement.setFetchSize(atOnce);
                for (int i = 0; i < names.size(); i++) {
                    if (!values.containsKey(names.get(i))) {
                        throw new IllegalArgumentException("No value for :" + names.get(i));
                    }
                    var value = values.get(names.get(i));
                    statement.setObject(
                            i + 1,
                            value instanceof SqlArray array ? on.createArrayOf(array.type, array.elements) : value);
                }
                return execution.of(statement);
            }
        }
    }

    private interface Call<T> {
        T call() throws SQLException;
    }

    private static <T> T call(Call<T> call) {
        try {
            return call.call();
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }
}
