package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An embedded PostgreSQL: data and programs below one directory, reachable only from this machine, with a password. It
 * ends with this process, however the process ends.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String USER = "nexadesk";
    private static final String DATABASE = "nexadesk";
    private static final String LOG = "postgresql.log";
    private static final long START_SECONDS = 60;

    private final DataDirectory directory;
    private final ServerProcess process;
    private final int port;
    private final String password;

    private EmbeddedPostgres(DataDirectory directory, ServerProcess process, int port, String password) {
        this.directory = directory;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts PostgreSQL on the data in this directory, which is created if missing, and waits until it responds.
     *
     * @param durable false only for disposable data: nothing is then forced to disk
     * @throws IOException if another process uses the directory, or if PostgreSQL does not start, with the end of its
     *     log
     */
    public static EmbeddedPostgres start(Path dataDir, boolean durable) throws IOException {
        return start(dataDir, dataDir, durable);
    }

    /** Starts PostgreSQL with the programs unpacked below another directory, which several instances may share. */
    public static EmbeddedPostgres start(Path dataDir, Path programs, boolean durable) throws IOException {
        var directory = DataDirectory.take(dataDir);
        var home = PostgresBinaries.unpackBelow(programs.toAbsolutePath().normalize());
        directory.initialize(home, USER);
        ServerProcess.awaitEndOfFormer(directory.data());
        int port = FreePort.choose();
        var process = ServerProcess.start(command(home, directory.data(), port, durable), directory.log(LOG));
        var postgres = new EmbeddedPostgres(directory, process, port, directory.password());
        try {
            postgres.awaitReady();
            postgres.createDatabase(DATABASE);
            return postgres;
        } catch (IOException e) {
            postgres.close();
            throw e;
        }
    }

    private static List<String> command(Path home, Path data, int port, boolean durable) {
        return List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "max_connections=60",
                "-c",
                "fsync=" + (durable ? "on" : "off"),
                "-c",
                "synchronous_commit=" + (durable ? "on" : "off"),
                "-c",
                "max_wal_size=1GB");
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                connect("postgres").close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("PostgreSQL did not start: " + directory.endOf(LOG), e);
                }
            }
            ServerProcess.pause();
        }
    }

    /** Creates a database with this name, unless it exists. */
    public void createDatabase(String name) throws IOException {
        try (var connection = connect("postgres");
                var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("select from pg_database where datname = '" + name + "'")) {
                if (rows.next()) {
                    return;
                }
            }
            statement.execute("create database \"" + name + '"');
        } catch (SQLException e) {
            throw new IOException("The database " + name + " could not be created", e);
        }
    }

    private Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), USER, password);
    }

    /** The JDBC URL of the application's database. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** The JDBC URL of the database with this name. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** The user name to connect with. */
    public String username() {
        return USER;
    }

    /** The password to connect with. */
    public String password() {
        return password;
    }

    /** Waits up to a minute for another thread to stop PostgreSQL. */
    void awaitEnd() {
        process.awaitEnd();
    }

    /** Stops PostgreSQL cleanly and waits for it. */
    @Override
    public void close() throws IOException {
        process.close();
        directory.close();
    }
}
