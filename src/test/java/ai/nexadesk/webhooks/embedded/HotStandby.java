package ai.nexadesk.webhooks.embedded;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A PostgreSQL server that replicates another one and can be read. It is created as PostgreSQL's documentation
 * describes under "low-level base backup".
 */
final class HotStandby {

    private static final Path PROGRAMS = Path.of("target/postgresql");

    private HotStandby() {}

    /** Starts a primary whose commits are durable. */
    static EmbeddedPostgres primary(Path directory) throws IOException {
        return EmbeddedPostgres.start(directory, PROGRAMS, true);
    }

    /**
     * Starts a standby.
     *
     * @param from the directory of the primary
     * @param to the directory of the standby
     */
    static EmbeddedPostgres of(EmbeddedPostgres primary, Path from, Path to) throws IOException, SQLException {
        Files.createDirectories(to);
        Files.copy(from.resolve("password"), to.resolve("password"));
        var data = to.resolve("data");
        try (var connection = connect(primary)) {
            query(connection, "select pg_backup_start('standby', true)");
            copy(from.resolve("data"), data);
            var label = query(connection, "select labelfile from pg_backup_stop(false)");
            Files.writeString(data.resolve("backup_label"), Objects.requireNonNull(label));
        }
        Files.createFile(data.resolve("standby.signal"));
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + port(primary) + " user=" + primary.username()
                        + " password=" + primary.password() + "'\n",
                StandardOpenOption.APPEND);
        own(data);
        return EmbeddedPostgres.start(to, PROGRAMS, true);
    }

    /** Kills it, like a power failure. */
    static void kill(Path directory) throws IOException {
        var pid = Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0);
        var server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        var processes = server.descendants().toList();
        server.destroyForcibly();
        // Frozen processes would not notice that their parent has exited.
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    /** Freezes it, like a frozen machine: connections stay open, but nothing responds. */
    static void freeze(Path directory) throws IOException, InterruptedException {
        var pid = Files.readAllLines(directory.resolve("data/postmaster.pid")).get(0);
        var server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        var command = new ArrayList<>(List.of("kill", "-STOP", pid));
        server.descendants().forEach(one -> command.add(Long.toString(one.pid())));
        new ProcessBuilder(command).start().waitFor();
    }

    static String port(EmbeddedPostgres server) {
        return server.jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1");
    }

    static Connection connect(EmbeddedPostgres server) throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.username(), server.password());
    }

    static @Nullable String query(EmbeddedPostgres server, String sql) throws SQLException {
        try (var connection = connect(server)) {
            return query(connection, sql);
        }
    }

    private static @Nullable String query(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.execute(sql) && statement.getResultSet().next()
                    ? statement.getResultSet().getString(1)
                    : null;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        var left = Set.of("postmaster.pid", "postmaster.opts");
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                var place = from.relativize(file);
                if (!place.startsWith("pg_wal") && !left.contains(place.toString())) {
                    Files.copy(file, to.resolve(place));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }

    private static void own(Path data) throws IOException {
        try (var files = Files.walk(data)) {
            for (var file : files.toList()) {
                ServerUser.own(file);
            }
        }
    }
}
