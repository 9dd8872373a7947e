package ai.nexadesk.webhooks.bench.lab;

import ai.nexadesk.webhooks.bench.measure.Pause;
import ai.nexadesk.webhooks.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A PostgreSQL server for the run: durable, with statement statistics. */
public final class Database implements AutoCloseable {

    private static final String STATEMENTS =
            "select coalesce(sum(calls), 0)::bigint from pg_stat_statements where query not like '%pg_stat_statements%'";

    private static final String DEAREST = """
            select format('%s ms, %s calls, %s ms a call, %s ms of it to plan, %s rows a call: %s',
                round((total_plan_time + total_exec_time)::numeric), calls,
                round(((total_plan_time + total_exec_time) / calls)::numeric, 3),
                round((total_plan_time / calls)::numeric, 3), round(rows::numeric / calls, 1),
                left(regexp_replace(query, '\\s+', ' ', 'g'), 90))
            from pg_stat_statements order by total_plan_time + total_exec_time desc limit 12
            """;

    /** The number of WAL files to keep, 16 MB each. */
    private static final int WAL_FILES = 64;

    /** The index of the port's line in {@code postmaster.pid}, from 0. */
    private static final int PORT_LINE = 3;

    private final Path directory;
    private final Path programs;
    /** Null if the evaluation mode started the server. */
    private @Nullable EmbeddedPostgres postgres;

    private Database(Path directory, Path programs, @Nullable EmbeddedPostgres postgres) {
        this.directory = directory;
        this.programs = programs;
        this.postgres = postgres;
    }

    /** From now on, logs the plans of statements that take longer than this, with buffers and times. */
    void explain(int millis) throws SQLException, IOException {
        execute("alter system set shared_preload_libraries = 'pg_stat_statements', 'auto_explain'");
        restart();
        for (var setting : List.of("log_min_duration = " + millis, "log_analyze = on", "log_buffers = on")) {
            execute("alter system set auto_explain." + setting);
        }
        restart();
    }

    /** The path of its log. */
    Path log() {
        return directory.resolve("postgresql.log");
    }

    /** Starts a server on an empty directory. The programs are unpacked once for all runs. */
    static Database start(Path directory, Path programs) throws IOException, SQLException {
        var database = new Database(directory, programs, EmbeddedPostgres.start(directory, programs, true));
        try {
            database.prepare();
            return database;
        } catch (IOException | SQLException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void prepare() throws IOException, SQLException {
        execute("alter system set shared_preload_libraries = 'pg_stat_statements'");
        restart();
        execute("create extension pg_stat_statements");
        for (var name : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            if (!text("show " + name).equals("on")) {
                throw new IllegalStateException(name + " is not on");
            }
        }
    }

    /**
     * Fills as many WAL files as a database in use has, so that the server recycles them. A new database creates each
     * file when it needs it, and all commits wait for that every second or two.
     */
    public void recycle() throws SQLException {
        execute("alter system set min_wal_size = '1GB'");
        execute("select pg_reload_conf()");
        for (int file = 0; file < WAL_FILES; file++) {
            execute("select pg_logical_emit_message(false, '', ''); select pg_switch_wal()");
        }
        execute("checkpoint");
    }

    /** The server of the evaluation mode with this data directory. */
    static Database ofEvaluation(Path directory) {
        return new Database(directory, directory, null);
    }

    /** Stops it cleanly if it is running, and starts it again, listening on another port. */
    public void restart() throws IOException {
        close();
        postgres = EmbeddedPostgres.start(directory, programs, true);
    }

    public Connection connect() throws SQLException {
        return connect("nexadesk");
    }

    public Connection connect(String name) throws SQLException {
        try {
            return DriverManager.getConnection(jdbcUrl(name), username(), password());
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    private String jdbcUrl(String name) throws IOException {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + name;
    }

    public void createDatabase(String name) throws SQLException {
        execute("create database " + name);
    }

    public void execute(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The single value that a query returns. */
    String text(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    public long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    /** The statements with the highest total time, each with its calls, milliseconds per call, and rows per call. */
    public List<String> dearest() throws SQLException {
        var lines = new ArrayList<String>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(DEAREST)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }

    /** Resets the statement statistics, and includes planning time from now on. */
    public void forgetStatements() throws SQLException {
        execute("alter system set pg_stat_statements.track_planning = on");
        execute("select pg_reload_conf()");
        execute("select pg_stat_statements_reset()");
    }

    /** The rows of a query with two columns: a name and a number. */
    Map<String, Long> pairs(String sql) throws SQLException {
        var pairs = new LinkedHashMap<String, Long>();
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                pairs.put(rows.getString(1), rows.getLong(2));
            }
        }
        return pairs;
    }

    /** The number of statements executed. */
    long statements() throws SQLException {
        return number(STATEMENTS);
    }

    /** The total size of all relations, in bytes. */
    long bytes(String name) throws SQLException {
        return number("select pg_database_size('" + name + "')");
    }

    /** The total amount of write-ahead log written, in bytes. */
    long walBytes() throws SQLException {
        return number("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint");
    }

    /** The process ID of the postmaster. */
    long pid() throws IOException {
        return Long.parseLong(pidFile().get(0).strip());
    }

    public int port() throws IOException {
        return Integer.parseInt(pidFile().get(PORT_LINE).strip());
    }

    private List<String> pidFile() throws IOException {
        return Files.readAllLines(directory.resolve("data/postmaster.pid"));
    }

    public String jdbcUrl() throws IOException {
        return jdbcUrl("nexadesk");
    }

    String username() {
        return "nexadesk";
    }

    String password() throws IOException {
        return Files.readString(directory.resolve("password")).strip();
    }

    /**
     * Kills all its processes, like a power failure, and waits for them. No other server may start until the last one
     * has exited.
     */
    public void kill() throws IOException {
        var postmaster = ProcessHandle.of(pid()).orElseThrow(() -> new IOException("PostgreSQL is not running"));
        var children = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().join();
        children.forEach(child -> child.onExit().join());
    }

    /**
     * Sends a signal, STOP or CONT, to all its processes. The postmaster comes first, so that it does not start others
     * meanwhile.
     */
    public void signal(String name) throws IOException {
        long first = pid();
        Pause.run(List.of("kill", "-" + name, Long.toString(first)));
        for (var child : ProcessHandle.of(first).orElseThrow().children().toList()) {
            try {
                Pause.run(List.of("kill", "-" + name, Long.toString(child.pid())));
            } catch (IOException e) {
                System.out.println("  a PostgreSQL process exited meanwhile: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }
}
