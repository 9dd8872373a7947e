package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The directory of an embedded PostgreSQL, with its data, password and logs. Only one process uses it at a time. */
final class DataDirectory implements AutoCloseable {

    private static final long INITIALIZE_SECONDS = 60;

    private final Path directory;
    private final RandomAccessFile lockFile;
    private final FileLock lock;

    private DataDirectory(Path directory, RandomAccessFile lockFile, FileLock lock) {
        this.directory = directory;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Locks this directory, which is created if missing, until it is closed.
     *
     * @throws IOException if another process uses it
     */
    static DataDirectory take(Path path) throws IOException {
        var directory = path.toAbsolutePath().normalize();
        Files.createDirectories(directory);
        var lockFile = new RandomAccessFile(directory.resolve("lock").toFile(), "rw");
        return new DataDirectory(directory, lockFile, lock(lockFile, directory));
    }

    private static FileLock lock(RandomAccessFile file, Path directory) throws IOException {
        try {
            var lock = file.getChannel().tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException inThisProcess) {
            // This process already holds the lock; treated like a lock of another process.
        }
        file.close();
        throw new IOException("Another instance is using " + directory
                + ". Stop it, or choose another directory with nexadesk.data-dir.");
    }

    /** PostgreSQL's own directory. */
    Path data() {
        return directory.resolve("data");
    }

    /** The password of the data's owner, generated the first time. */
    String password() throws IOException {
        var file = directory.resolve("password");
        if (!Files.exists(file)) {
            var bytes = new byte[24];
            new SecureRandom().nextBytes(bytes);
            writeSecret(file, HexFormat.of().formatHex(bytes));
        }
        return Files.readString(file).strip();
    }

    /** Writes a file that only its owner may read, completely or not at all. */
    static void writeSecret(Path file, String text) throws IOException {
        var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var unfinished =
                Files.createTempFile(file.getParent(), file.getFileName().toString(), ".tmp", mode);
        Files.writeString(unfinished, text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Initializes PostgreSQL's data with these programs and this owner, unless it exists; completely or not at all. */
    void initialize(Path home, String user) throws IOException {
        if (Files.exists(data().resolve("PG_VERSION"))) {
            return;
        }
        deleteTree(data());
        var unfinished = directory.resolve("data.new");
        deleteTree(unfinished);
        Files.createDirectory(unfinished);
        ServerUser.own(unfinished);
        var passwordFile = Files.createTempFile("nexadesk", ".pw");
        Files.writeString(passwordFile, password());
        ServerUser.own(passwordFile);
        try {
            run(
                    "initdb.log",
                    ServerUser.command(List.of(
                            home.resolve("bin/initdb").toString(),
                            "--pgdata=" + unfinished,
                            "--username=" + user,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--locale=C")));
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void run(String log, List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(log).toFile())
                .start();
        try {
            if (!process.waitFor(INITIALIZE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("The PostgreSQL data directory could not be created: " + endOf(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while PostgreSQL's data directory was initialized", e);
        }
    }

    /** The path of the log with this name. */
    Path log(String name) {
        return directory.resolve(name);
    }

    /** The last lines of the log with this name, for messages. */
    String endOf(String name) throws IOException {
        var log = log(name);
        if (!Files.exists(log)) {
            return "it wrote no log";
        }
        var lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    private static void deleteTree(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var tree = Files.walk(path)) {
            tree.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** Unlocks the directory. */
    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
