package ai.nexadesk.webhooks.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL as a process that ends with this one, however this one ends: a shell between the two holds a pipe, and
 * interrupts PostgreSQL when the pipe closes.
 */
final class ServerProcess implements AutoCloseable {

    private static final long STOP_SECONDS = 30;

    /**
     * Reads until the JVM's end of the pipe closes, then asks PostgreSQL to stop immediately but cleanly. PostgreSQL
     * runs in a session of its own, so it does not receive a Ctrl-C, which is for the application first. The shell also
     * ignores signals to the whole process group; otherwise, nobody would stop PostgreSQL.
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

    private final Process shell;

    private ServerProcess(Process shell) {
        this.shell = shell;
    }

    /** Starts PostgreSQL with this command, as the user that it may run as, and does not wait for it. */
    static ServerProcess start(List<String> command, Path log) throws IOException {
        var guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "postgres-guard"));
        guarded.addAll(ServerUser.command(command));
        return new ServerProcess(new ProcessBuilder(guarded)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    }

    /**
     * Waits for a server that lost its application a moment ago: it is being stopped, and a new server would be
     * rejected until it is gone. If it does not end, the new server reports the problem.
     */
    static void awaitEndOfFormer(Path data) throws IOException {
        var pidFile = data.resolve("postmaster.pid");
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

    boolean isAlive() {
        return shell.isAlive();
    }

    /** Waits for another thread to end it: Quarkus may take its time to stop, and then PostgreSQL may, too. */
    void awaitEnd() {
        try {
            shell.waitFor(2 * STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits briefly for PostgreSQL to start or to stop. */
    static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for PostgreSQL", e);
        }
    }

    /** Stops PostgreSQL cleanly and waits for it. */
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        try {
            if (!shell.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                shell.descendants().forEach(ProcessHandle::destroyForcibly);
                shell.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
