package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.PackagedApplication;
import ai.nexadesk.webhooks.testing.Receiver;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("With a standby of its database, the application")
class StandbyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private EmbeddedPostgres primary;
    private EmbeddedPostgres standby;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @BeforeEach
    void startDatabases() throws Exception {
        primary = HotStandby.primary(data.resolve("primary"));
        standby = HotStandby.of(primary, data.resolve("primary"), data.resolve("standby"));
    }

    @AfterEach
    void stopDatabases() throws IOException {
        standby.close();
        primary.close();
    }

    @Test
    @DisplayName("reads the log from it, but not when it is far behind or away")
    void log() throws Exception {
        try (var application = start(primary.jdbcUrl(), "-Dquarkus.datasource.log.jdbc.url=" + standby.jdbcUrl())) {
            var webhook = subscribe(application);
            awaitOutput(application, "The log is read from the standby.");
            publish(application, "before");
            Await.until("the log", PATIENCE, () -> listed(application, webhook), ids -> ids.contains("before"));

            HotStandby.query(standby, "select pg_wal_replay_pause()");
            publish(application, "paused");
            Await.until("the request", PATIENCE, this::received, ids -> ids.contains("paused"));
            assertThat(listed(application, webhook)).contains("before").doesNotContain("paused");
            assertThat(exported(application)).contains("before").doesNotContain("paused");
            awaitOutput(application, "The log is read from the database itself, because its standby is 1");
            assertThat(listed(application, webhook)).contains("before", "paused");
            HotStandby.query(standby, "select pg_wal_replay_resume()");
            Await.until(
                    "the standby is used again",
                    PATIENCE,
                    application::output,
                    output -> output.split("is read from the standby", -1).length == 3);

            HotStandby.kill(data.resolve("standby"));
            publish(application, "without");
            Await.until("the log", PATIENCE, () -> listed(application, webhook), ids -> ids.contains("without"));
        }
    }

    @Test
    @DisplayName("goes on with it once it is promoted, and no acknowledged event is lost if commits wait for it")
    void promoted() throws Exception {
        HotStandby.query(primary, "alter system set synchronous_standby_names = '*'");
        HotStandby.query(primary, "select pg_reload_conf()");
        var both = "jdbc:postgresql://127.0.0.1:" + HotStandby.port(primary) + ",127.0.0.1:" + HotStandby.port(standby)
                + "/nexadesk?targetServerType=primary";
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        try (var application = start(both)) {
            subscribe(application);
            var publisher = new Thread(() -> publishUntilInterrupted(application, acknowledged));
            publisher.start();
            Await.until("events", PATIENCE, acknowledged::size, count -> count > 500);
            HotStandby.kill(data.resolve("primary"));
            HotStandby.query(standby, "alter system set synchronous_standby_names = ''");
            HotStandby.query(standby, "select pg_promote()");
            int before = acknowledged.size();
            Await.until("more events", PATIENCE, acknowledged::size, count -> count > before + 200);
            publisher.interrupt();
            publisher.join();
            Await.until("every event", PATIENCE, () -> missing(acknowledged), List::isEmpty);
            System.out.printf(
                    "Failover: %d events acknowledged, %d of them before it, 0 lost, %d duplicates%n",
                    acknowledged.size(),
                    before,
                    receiver.requests().size() - received().size());
        }
    }

    @Test
    @DisplayName("does not start on the standby alone, and says why")
    void alone() throws Exception {
        try (var application = launch(standby.jdbcUrl())) {
            assertThat(application.awaitEnd()).isNotZero();
            assertThat(application.output())
                    .contains("quarkus.datasource.jdbc.url leads to a standby")
                    .hasLineCount(1);
        }
    }

    private List<String> missing(Set<String> acknowledged) {
        var missing = new ArrayList<>(acknowledged);
        missing.removeAll(received());
        return missing;
    }

    private PackagedApplication launch(String url, String... more) throws IOException {
        var settings = new ArrayList<>(PackagedApplication.INSTALLATION);
        settings.addAll(List.of(more));
        settings.add("-Dquarkus.datasource.jdbc.url=" + url);
        settings.add("-Dquarkus.datasource.username=" + primary.username());
        settings.add("-Dquarkus.datasource.password=" + primary.password());
        return PackagedApplication.launch(data.resolve("unused"), settings.toArray(String[]::new));
    }

    private PackagedApplication start(String url, String... more) throws Exception {
        var application = launch(url, more);
        awaitOutput(application, "Listening on");
        HotStandby.query(primary, PackagedApplication.FIRST_ROWS);
        return application;
    }

    private static void awaitOutput(PackagedApplication application, String text) {
        Await.until(text, PATIENCE, application::output, output -> output.contains(text));
    }

    private String subscribe(PackagedApplication application) throws Exception {
        var created = application.post(
                "/webhooks", "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"]}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        receiver.clear();
        return JsonPath.from(created.body()).getString("data.id");
    }

    private static boolean publish(PackagedApplication application, String id)
            throws IOException, InterruptedException {
        return application
                        .publish("{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\""
                                + PackagedApplication.WORKSPACE + "\",\"data\":{}}")
                        .statusCode()
                == 202;
    }

    /** What was not acknowledged is published again. */
    private static void publishUntilInterrupted(PackagedApplication application, Set<String> acknowledged) {
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                while (!isTaken(application, "event-" + i)) {
                    Thread.sleep(5);
                }
                acknowledged.add("event-" + i);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isTaken(PackagedApplication application, String id) throws InterruptedException {
        try {
            return publish(application, id);
        } catch (IOException noAnswer) {
            return false;
        }
    }

    private static List<String> listed(PackagedApplication application, String webhook) {
        try {
            var answer = application.get("/api/v1/external/webhooks/" + webhook + "/deliveries");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JsonPath.from(answer.body()).getList("data.event_id", String.class);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String exported(PackagedApplication application) throws Exception {
        return application.get("/api/v1/external/deliveries/export").body();
    }

    private Set<String> received() {
        return receiver.requests().stream()
                .map(request -> request.header("x-nexadesk-event-id"))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
