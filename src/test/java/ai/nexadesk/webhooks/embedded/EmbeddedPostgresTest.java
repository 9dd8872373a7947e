package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The embedded PostgreSQL")
class EmbeddedPostgresTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Path PROGRAMS = Path.of("target/postgresql").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    @DisplayName("ends with the application even if a signal went to all its processes")
    void signalled() throws Exception {
        ProcessHandle server;
        try (var postgres = EmbeddedPostgres.start(directory, PROGRAMS, false)) {
            assertThat(postgres.jdbcUrl()).isNotEmpty();
            var pidFile = Files.readAllLines(directory.resolve("data/postmaster.pid"));
            server = ProcessHandle.of(Long.parseLong(pidFile.get(0).strip())).orElseThrow();
            // End the shell that started PostgreSQL, and the shell that reads from this process. PostgreSQL has its own
            // session.
            var shell = server.parent().orElseThrow();
            shell.children().filter(child -> !child.equals(server)).forEach(ProcessHandle::destroy);
            shell.destroy();
        }
        Await.until("the end", PATIENCE, server::isAlive, alive -> !alive);
    }
}
