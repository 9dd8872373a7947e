package ai.nexadesk.webhooks.testing;

import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * A database beside the application's. It has just been migrated and contains only today's partitions. Closing drops
 * it.
 */
public final class EmptyDatabase implements AutoCloseable {

    /** A parameter of JDBC or Jdbi, but not a cast. */
    private static final Pattern PARAMETER = Pattern.compile("\\?|(?<!:):[a-z]+");

    private static final Pattern SETTING = Pattern.compile("set (\\w+) = (\\w+)");
    private static final String TODAY =
            "select make_log_partition(log, current_date) from unnest(array['event', 'delivery', 'attempt']) log";

    private final String name;
    private final PGSimpleDataSource source;

    private EmptyDatabase(String name, PGSimpleDataSource source) {
        this.name = name;
        this.source = source;
    }

    /** Creates a database with this name. */
    public static EmptyDatabase named(String name) throws SQLException {
        var source = (PGSimpleDataSource) HostDatabase.source();
        new Sql().run("drop database if exists " + name + " with (force)");
        new Sql().run("create database " + name);
        source.setDatabaseName(name);
        // Only the simple protocol can plan a statement without its parameters.
        source.setPreferQueryMode(PreferQueryMode.SIMPLE);
        Flyway.configure().dataSource(source).load().migrate();
        try (var connection = source.getConnection()) {
            Sql.run(connection, TODAY);
        }
        return new EmptyDatabase(name, source);
    }

    /** A connection as the owner of the application's database. */
    public Connection connect() throws SQLException {
        return source.getConnection();
    }

    /** Connections with the application's planner settings. */
    public DataSource planningSource() {
        var planning = (PGSimpleDataSource) HostDatabase.source();
        planning.setDatabaseName(name);
        planning.setOptions(SETTING.matcher(settings()).replaceAll("-c $1=$2").replace(";", ""));
        return planning;
    }

    private static String settings() {
        return ConfigProvider.getConfig().getValue("nexadesk-plans", String.class);
    }

    /**
     * The plan that a connection of the application keeps for a prepared statement, for any parameters.
     *
     * @param sql the statement, with {@code ?} for its parameters
     */
    public String plan(String sql) throws SQLException {
        var number = new int[1];
        var numbered = PARAMETER.matcher(sql).replaceAll(match -> "\\$" + ++number[0]);
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(settings());
            try (var rows = statement.executeQuery("explain (generic_plan, costs off) " + numbered)) {
                var plan = new StringBuilder();
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
                return plan.toString();
            }
        }
    }

    @Override
    public void close() {
        new Sql().run("drop database " + name + " with (force)");
    }
}
