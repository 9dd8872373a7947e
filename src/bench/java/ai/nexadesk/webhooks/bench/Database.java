package ai.nexadesk.webhooks.bench;

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

/** A PostgreSQL of the run's own: durable, with the statements counted. */
final class Database implements AutoCloseable {

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

    /** Of 16 MB each: all that it keeps. */
    private static final int WAL_FILES = 64;

    /** Of {@code postmaster.pid}, from 0. */
    private static final int PORT_LINE = 3;

    private final Path directory;
    private final Path programs;
    /** Null if the evaluation mode started it. */
    private @Nullable EmbeddedPostgres postgres;

    private Database(Path directory, Path programs, @Nullable EmbeddedPostgres postgres) {
        this.directory = directory;
        this.programs = programs;
        this.postgres = postgres;
    }

    /** From now on writes the plans of statements that take longer into its log, with buffers and times. */
    void explain(int millis) throws SQLException, IOException {
        execute("alter system set shared_preload_libraries = 'pg_stat_statements', 'auto_explain'");
        restart();
        for (var setting : List.of("log_min_duration = " + millis, "log_analyze = on", "log_buffers = on")) {
            execute("alter system set auto_explain." + setting);
        }
        restart();
    }

    /** Where it writes its log. */
    Path log() {
        return directory.resolve("postgresql.log");
    }

    /** Starts one on an empty directory; the programs are unpacked once for all runs. */
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
     * Fills so many files of its log as a database in use has: it writes them again and again. A new one makes each of them
     * when it is needed, and all commits wait for that, every second or two.
     */
    void recycle() throws SQLException {
        execute("alter system set min_wal_size = '1GB'");
        execute("select pg_reload_conf()");
        for (int file = 0; file < WAL_FILES; file++) {
            execute("select pg_logical_emit_message(false, '', ''); select pg_switch_wal()");
        }
        execute("checkpoint");
    }

    /** The one of the evaluation mode, whose data directory this is. */
    static Database ofEvaluation(Path directory) {
        return new Database(directory, directory, null);
    }

    /** Stops it cleanly, if it still runs, and starts it again; it listens on another port then. */
    void restart() throws IOException {
        close();
        postgres = EmbeddedPostgres.start(directory, programs, true);
    }

    Connection connect() throws SQLException {
        return connect("nexadesk");
    }

    Connection connect(String name) throws SQLException {
        try {
            return DriverManager.getConnection(jdbcUrl(name), username(), password());
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    private String jdbcUrl(String name) throws IOException {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + name;
    }

    void createDatabase(String name) throws SQLException {
        execute("create database " + name);
    }

    void execute(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The one value of a query. */
    String text(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    /** The statements that took the most time, each with its calls, milliseconds a call and rows a call. */
    List<String> dearest() throws SQLException {
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

    /** Counts statements from zero, and the time that is taken to plan them, too. */
    void forgetStatements() throws SQLException {
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

    /** How many statements have been executed. */
    long statements() throws SQLException {
        return number(STATEMENTS);
    }

    /** Bytes of all relations. */
    long bytes(String name) throws SQLException {
        return number("select pg_database_size('" + name + "')");
    }

    /** Bytes of write-ahead log ever written. */
    long walBytes() throws SQLException {
        return number("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint");
    }

    /** The postmaster's process. */
    long pid() throws IOException {
        return Long.parseLong(pidFile().get(0).strip());
    }

    int port() throws IOException {
        return Integer.parseInt(pidFile().get(PORT_LINE).strip());
    }

    private List<String> pidFile() throws IOException {
        return Files.readAllLines(directory.resolve("data/postmaster.pid"));
    }

    String jdbcUrl() throws IOException {
        return jdbcUrl("nexadesk");
    }

    String username() {
        return "nexadesk";
    }

    String password() throws IOException {
        return Files.readString(directory.resolve("password")).strip();
    }

    /** Ends all its processes as a power cut would, and waits for them: until the last has gone no other one may start. */
    void kill() throws IOException {
        var postmaster = ProcessHandle.of(pid()).orElseThrow(() -> new IOException("PostgreSQL does not run"));
        var children = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().join();
        children.forEach(child -> child.onExit().join());
    }

    /** Sends a signal to all its processes: STOP, CONT. The first is first, so that it starts no other meanwhile. */
    void signal(String name) throws IOException {
        long first = pid();
        Pause.run(List.of("kill", "-" + name, Long.toString(first)));
        for (var child : ProcessHandle.of(first).orElseThrow().children().toList()) {
            try {
                Pause.run(List.of("kill", "-" + name, Long.toString(child.pid())));
            } catch (IOException e) {
                System.out.println("  a process of PostgreSQL ended meanwhile: " + e.getMessage());
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
