package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import ai.nexadesk.webhooks.testing.server.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@DisplayName("Behind the included proxy, publishing")
class ProxyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private EmbeddedPostgres database;
    private PackagedApplication first;
    private PackagedApplication second;
    private Proxy proxy;
    private boolean isDatabaseClosed;

    @BeforeEach
    void start() throws Exception {
        database = EmbeddedPostgres.start(data.resolve("external"), Path.of("target/postgresql"), false);
        database.createDatabase("live");
        first = launch();
        execute(PackagedApplication.FIRST_ROWS);
        second = launch();
        var started = Proxy.start(data.resolve("proxy"), first.port(), second.port());
        assumeTrue(started.isPresent(), "nginx is not installed");
        proxy = started.get();
    }

    @AfterEach
    void stop() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        first.close();
        second.signal("CONT");
        second.close();
        if (!isDatabaseClosed) {
            database.close();
        }
    }

    private PackagedApplication launch(String... properties) throws IOException {
        var settings = new ArrayList<>(PackagedApplication.INSTALLATION);
        settings.add(PackagedApplication.ON_UNSAFE_DATABASE);
        settings.add("-Dquarkus.datasource.jdbc.url=" + database.jdbcUrl("live"));
        settings.add("-Dquarkus.datasource.username=" + database.username());
        settings.add("-Dquarkus.datasource.password=" + database.password());
        settings.addAll(List.of(properties));
        var application = PackagedApplication.launch(data.resolve("unused"), settings.toArray(String[]::new));
        Await.until("the start", PATIENCE, application::output, log -> log.contains("Listening on"));
        return application;
    }

    /** Replaces an application that has ended, as the instructions in compose.yaml do. */
    private PackagedApplication replace(PackagedApplication former) throws IOException {
        former.close();
        return launch("-Dquarkus.http.port=" + former.port());
    }

    private long execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(
                        database.jdbcUrl("live"), database.username(), database.password());
                var statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (var rows = statement.getResultSet()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    @Test
    @DisplayName("continues while replicas are frozen and replaced, stores every event once, and passes on our 503")
    void faults() throws Exception {
        var publishers = new Publishers(4);
        Await.until("events", PATIENCE, publishers::count, count -> count > 100);
        second.signal("STOP");
        Thread.sleep(14_000);
        second.signal("CONT");
        assertThat(publishers.slowest()).isLessThan(Duration.ofSeconds(20));
        assertThat(publishers.median()).isLessThan(Duration.ofMillis(500));

        first = replace(first);
        Thread.sleep(2_000);
        second = replace(second);
        Thread.sleep(2_000);
        publishers.stop();

        assertThat(publishers.refusals()).isEmpty();
        assertThat(execute("select count(*) from event")).isEqualTo(publishers.count());

        signalDatabase("STOP");
        try {
            Await.until("the replica not to be ready", PATIENCE, this::isReady, ready -> !ready);
            var times = new ArrayList<Long>();
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                assertThat(first.get("/q/health/ready").statusCode()).isEqualTo(503);
                times.add(System.nanoTime() - start);
            }
            assertThat(Duration.ofNanos(Collections.min(times))).isLessThan(Duration.ofSeconds(1));
            assertThat(first.get("/q/health/live").statusCode()).isEqualTo(200);
            assertThat(proxy.publish(event("\"id\":\"frozen\",")).statusCode()).isEqualTo(503);
        } finally {
            signalDatabase("CONT");
        }
        Await.until("readiness", PATIENCE, this::isReady, Boolean::booleanValue);

        database.close();
        isDatabaseClosed = true;
        for (int i = 0; i < 10; i++) {
            var refused = proxy.publish(event("\"id\":\"late-" + i + "\","));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("could not be stored").contains("\"code\":\"unavailable\"");
        }

        for (var replica : List.of(first, second)) {
            assertThat(replica.output().lines().filter(line -> line.contains("could not be stored")))
                    .as("log entries about it, one per cause")
                    .hasSizeBetween(1, 3);
        }

        first.kill();
        second.kill();
        var refused = proxy.publish(event(""));
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("No server responds").contains("\"code\":\"unavailable\"");
        assertThat(proxy.get("/login").statusCode()).isEqualTo(503);
        assertThat(proxy.get("/api/v1/external/webhooks").body()).contains("\"code\":\"unavailable\"");
    }

    private boolean isReady() {
        try {
            return first.get("/q/health/ready").statusCode() == 200;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Signals the processes of the database. Only they are descendants of this process. */
    private static void signalDatabase(String name) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"))
                .forEach(process -> command.add(Long.toString(process.pid())));
        assertThat(command).hasSizeGreaterThan(2);
        new ProcessBuilder(command).start().waitFor();
    }

    private static String event(String id) {
        return "{" + id + "\"event\":\"lead.created\",\"workspace_id\":\"" + PackagedApplication.WORKSPACE
                + "\",\"data\":{}}";
    }

    /** Publishers that send no event IDs and never retry, so that only the proxy can lose or repeat an event. */
    private final class Publishers {

        private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
        private final List<String> refusals = Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> threads = new ArrayList<>();
        private volatile boolean closed;

        Publishers(int count) {
            for (int i = 0; i < count; i++) {
                var thread = new Thread(this::publish);
                threads.add(thread);
                thread.start();
            }
        }

        private void publish() {
            try {
                while (!closed) {
                    long start = System.nanoTime();
                    var answer = proxy.publish(event(""));
                    nanos.add(System.nanoTime() - start);
                    if (answer.statusCode() != 202) {
                        refusals.add(answer.statusCode() + " " + answer.body());
                    }
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                refusals.add(e.toString());
            }
        }

        int count() {
            return nanos.size();
        }

        Duration slowest() {
            return Duration.ofNanos(Collections.max(List.copyOf(nanos)));
        }

        Duration median() {
            var sorted = List.copyOf(nanos).stream().sorted().toList();
            return Duration.ofNanos(sorted.get(sorted.size() / 2));
        }

        List<String> refusals() {
            return refusals;
        }

        void stop() {
            closed = true;
            threads.forEach(thread -> Await.until("the end", PATIENCE, thread::isAlive, alive -> !alive));
        }
    }
}
