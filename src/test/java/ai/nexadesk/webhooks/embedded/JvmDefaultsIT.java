package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("Started with java -jar only, the application")
class JvmDefaultsIT {

    /** The JVM's exit code with ExitOnOutOfMemoryError. */
    private static final int OUT_OF_MEMORY = 3;

    @TempDir
    Path data;

    private PackagedApplication application;

    @AfterEach
    void stop() throws IOException {
        application.close();
    }

    @Test
    @DisplayName("runs in a JVM with limited memory, survives many large requests, and ends with the started process")
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
        publishAtOnce(20, 3);
        assertThat(jvm.isAlive()).as(application.output()).isTrue();
        assertThat(application.publish(event("small")).statusCode()).isEqualTo(202);
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
    @DisplayName("exits on an OutOfMemoryError")
    void outOfMemory() throws Exception {
        application = PackagedApplication.launchWithOnly(data, "-XX:MaxMetaspaceSize=32m");
        assertThat(application.awaitEnd()).as(application.output()).isEqualTo(OUT_OF_MEMORY);
        assertThat(application.output()).contains("OutOfMemoryError: Metaspace");
    }

    /**
     * Publishes requests of nearly 16 MB: this many concurrently, this many times. Each one is accepted or rejected.
     */
    private void publishAtOnce(int publishers, int times) throws Exception {
        var large = "[" + String.join(",", Collections.nCopies(72, event("x".repeat(220 * 1024)))) + "]";
        var threads = Executors.newFixedThreadPool(publishers);
        try {
            List<Callable<Integer>> requests = Collections.nCopies(
                    publishers * times, () -> application.publish(large).statusCode());
            var statuses = new TreeSet<Integer>();
            for (var answer : threads.invokeAll(requests)) {
                statuses.add(answer.get());
            }
            assertThat(statuses).containsExactly(202, 503);
        } finally {
            threads.shutdownNow();
        }
    }

    private static String event(String name) {
        return "{\"event\":\"lead.created\",\"workspace_id\":\"" + PackagedApplication.WORKSPACE
                + "\",\"data\":{\"id\":\"1\",\"visitor_name\":\"" + name
                + "\",\"pipeline_stage\":\"new\",\"created_at\":\"2026-03-20T14:00:00Z\"}}";
    }

    private List<ProcessHandle> jvms() {
        return application
                .process()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .toList();
    }
}
