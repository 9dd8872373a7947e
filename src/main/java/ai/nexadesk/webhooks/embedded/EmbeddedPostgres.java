package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL of our own: data and programs below one directory, reachable from this machine only, with a password. It ends
 * with this process, however that ends: a shell between the two holds a pipe, and interrupts PostgreSQL when the pipe closes.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final String USER = "nexadesk";
    private static final String DATABASE = "nexadesk";
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 30;

    /**
     * Reads until the JVM's end of the pipe closes, then asks PostgreSQL to end at once but cleanly. In a session of its own,
     * PostgreSQL does not hear a Ctrl-C, which is for the application first. Nor does the shell hear what is sent to the whole
     * group of processes: nobody would end PostgreSQL then.
     */
    private static final String GUARD = """
            trap '' HUP INT TERM
            exec 3<&0
            if command -v setsid >/dev/null; then set -- setsid "$@"; fi
            "$@" </dev/null 3<&- &
            server=$!
            (while read -r line; do :; done; kill -INT $server) <&3 &
            reader=$!
            wait $server
            kill $reader 2>/dev/null
            """;

    private final Path directory;
    private final RandomAccessFile lockFile;
    private final FileLock lock;
    private final Process process;
    private final int port;
    private final String password;

    private EmbeddedPostgres(
            Path directory, RandomAccessFile lockFile, FileLock lock, Process process, int port, String password) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** Another process uses the same directory. */
    public static final class InUseException extends IOException {
        InUseException(Path directory) {
            super("Another instance is using " + directory
                    + ". Stop it, or choose another directory with nexadesk.data-dir.");
        }
    }

    /**
     * Starts PostgreSQL on the data in this directory, which is made where it is missing, and waits until it answers.
     *
     * @param durable false only for throw-away data: nothing is forced to disk then
     * @throws InUseException if another process uses the directory
     * @throws IOException if it does not start, with the end of its log
     */
    public static EmbeddedPostgres start(Path dataDir, boolean durable) throws IOException {
        return start(dataDir, dataDir, durable);
    }

    /** The same, with the programs unpacked below another directory, which several may share. */
    public static EmbeddedPostgres start(Path dataDir, Path programs, boolean durable) throws IOException {
        var directory = dataDir.toAbsolutePath().normalize();
        Files.createDirectories(directory);
        var lockFile = new RandomAccessFile(directory.resolve("lock").toFile(), "rw");
        var lock = lock(lockFile, directory);
        var home = PostgresBinaries.unpackBelow(programs.toAbsolutePath().normalize());
        var password = password(directory);
        var data = directory.resolve("data");
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialise(home, directory, data, password);
        }
        awaitEndOfFormer(data.resolve("postmaster.pid"));
        int port = freePort();
        var process = launch(home, directory, data, port, durable);
        var postgres = new EmbeddedPostgres(directory, lockFile, lock, process, port, password);
        try {
            postgres.awaitReady();
            postgres.createDatabase(DATABASE);
            return postgres;
        } catch (IOException e) {
            postgres.close();
            throw e;
        }
    }

    private static FileLock lock(RandomAccessFile file, Path directory) throws IOException {
        try {
            var lock = file.getChannel().tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException inThisProcess) {
            // The same as being locked by another one.
        }
        file.close();
        throw new InUseException(directory);
    }

    private static String password(Path directory) throws IOException {
        var file = directory.resolve("password");
        if (!Files.exists(file)) {
            var bytes = new byte[24];
            new SecureRandom().nextBytes(bytes);
            writeSecret(file, HexFormat.of().formatHex(bytes));
        }
        return Files.readString(file).strip();
    }

    /** Writes a file that only its owner may read, whole or not at all. */
    static void writeSecret(Path file, String text) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var unfinished =
                Files.createTempFile(file.getParent(), file.getFileName().toString(), ".tmp", mode);
        Files.writeString(unfinished, text);
        Files.move(unfinished, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    private static void initialise(Path home, Path directory, Path data, String password) throws IOException {
        deleteTree(data);
        var unfinished = directory.resolve("data.new");
        deleteTree(unfinished);
        Files.createDirectory(unfinished);
        ServerUser.own(unfinished);
        var passwordFile = Files.createTempFile("nexadesk", ".pw");
        Files.writeString(passwordFile, password);
        ServerUser.own(passwordFile);
        try {
            run(
                    directory.resolve("initdb.log"),
                    ServerUser.command(List.of(
                            home.resolve("bin/initdb").toString(),
                            "--pgdata=" + unfinished,
                            "--username=" + USER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--locale=C")));
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(unfinished, data, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Lets a server end that lost its application a moment ago: it is being stopped by then, and a new one would be refused
     * until it is gone. One that does not end is left to the new one's own refusal.
     */
    private static void awaitEndOfFormer(Path pidFile) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        while (System.nanoTime() < deadline && isServerOf(pidFile)) {
            pause();
        }
    }

    private static boolean isServerOf(Path pidFile) throws IOException {
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())))
                    .flatMap(former -> former.info().command())
                    .filter(command -> command.endsWith("/postgres"))
                    .isPresent();
        } catch (NoSuchFileException | NumberFormatException ended) {
            return false;
        }
    }

    private static Process launch(Path home, Path directory, Path data, int port, boolean durable) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "postgres-guard"));
        command.addAll(ServerUser.command(List.of(
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
                "max_wal_size=1GB")));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("postgresql.log").toFile())
                .start();
    }

    private static void run(Path log, List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("PostgreSQL's data could not be made: " + tail(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while making PostgreSQL's data", e);
        }
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                connect("postgres").close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("PostgreSQL did not start: " + tail(directory.resolve("postgresql.log")), e);
                }
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while PostgreSQL was starting", e);
        }
    }

    /** Creates a database of this name, unless there is one. */
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

    private static String tail(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "it wrote no log";
        }
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var tree = Files.walk(path)) {
            tree.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** Where the application's database is. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** Where a database of this name is. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** Whom to connect as. */
    public String username() {
        return USER;
    }

    /** What to connect with. */
    public String password() {
        return password;
    }

    /** Ends PostgreSQL cleanly and waits for it. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lock.release();
        lockFile.close();
    }
}
