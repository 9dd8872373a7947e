package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.PackagedApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Started with java -jar and no more, the application")
class JvmDefaultsIT {

    /** What the JVM exits with because of ExitOnOutOfMemoryError. */
    private static final int OUT_OF_MEMORY = 3;

    @TempDir
    Path data;

    private PackagedApplication application;

    @AfterEach
    void stop() throws IOException {
        application.close();
    }

    @Test
    @DisplayName("runs in a JVM with bounded memory, and ends with the process that was started")
    void bounded() throws Exception {
        application = PackagedApplication.launchWithOnly(data);
        Await.until(
                "the start",
                Duration.ofSeconds(90),
                application::output,
                output -> output.contains("is ready") || !application.process().isAlive());
        var jvm = jvms().get(0);
        assertThat(Arrays.asList(jvm.info().arguments().orElseThrow()))
                .contains("-Xmx416m", "-XX:MaxDirectMemorySize=64m", "-XX:+ExitOnOutOfMemoryError");
        application.kill();
        jvm.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("stops cleanly on SIGTERM")
    void stopped() throws Exception {
        application = PackagedApplication.launchWithOnly(data);
        Await.until(
                "the start",
                Duration.ofSeconds(90),
                application::output,
                output -> output.contains("is ready") || !application.process().isAlive());
        var jvm = jvms().get(0);
        application.process().destroy();
        application.awaitEnd();
        assertThat(jvm.isAlive()).isFalse();
        assertThat(data.resolve("data/postmaster.pid")).doesNotExist();
    }

    @Test
    @DisplayName("ends on an OutOfMemoryError")
    void outOfMemory() throws Exception {
        application = PackagedApplication.launchWithOnly(data, "-XX:MaxMetaspaceSize=32m");
        assertThat(application.awaitEnd()).as(application.output()).isEqualTo(OUT_OF_MEMORY);
        assertThat(application.output()).contains("OutOfMemoryError: Metaspace");
    }

    private List<ProcessHandle> jvms() {
        return application
                .process()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .toList();
    }
}
