package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("With a standby of its database, the application")
class StandbyIT extends Installation {

    private EmbeddedPostgres standby;

    @Override
    EmbeddedPostgres openDatabase() throws IOException {
        return HotStandby.primary(data.resolve("primary"));
    }

    @BeforeEach
    void startStandby() throws Exception {
        standby = HotStandby.of(database, data.resolve("primary"), data.resolve("standby"));
    }

    @AfterEach
    void stopStandby() throws IOException {
        standby.close();
    }

    @Test
    @DisplayName("reads the log from it, but not if it is far behind or unreachable")
    void log() throws Exception {
        try (var application = start("live", "-Dquarkus.datasource.log.jdbc.url=" + standby.jdbcUrl("live"))) {
            execute("live", PackagedApplication.FIRST_ROWS);
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
                    "the standby to be used again",
                    PATIENCE,
                    application::output,
                    output -> output.split("is read from the standby", -1).length == 3);

            HotStandby.freeze(data.resolve("standby"));
            publish(application, "frozen");
            Await.until("the log", PATIENCE, () -> listed(application, webhook), ids -> ids.contains("frozen"));
            HotStandby.kill(data.resolve("standby"));
            publish(application, "without");
            Await.until("the log", PATIENCE, () -> listed(application, webhook), ids -> ids.contains("without"));
        }
    }

    @Test
    @DisplayName("does not start on it alone, and says why, but continues on it after its promotion, and loses no "
            + "acknowledged event if commits wait for it")
    void promoted() throws Exception {
        try (var alone = launch(standby.jdbcUrl("live"))) {
            assertThat(alone.awaitEnd()).isNotZero();
            assertThat(alone.output())
                    .contains("quarkus.datasource.jdbc.url points to a standby")
                    .hasLineCount(1);
        }
        HotStandby.query(database, "alter system set synchronous_standby_names = '*'");
        HotStandby.query(database, "select pg_reload_conf()");
        var both = "jdbc:postgresql://127.0.0.1:" + HotStandby.port(database) + ",127.0.0.1:" + HotStandby.port(standby)
                + "/live?targetServerType=primary";
        try (var application = launch(both)) {
            awaitOutput(application, "Listening on");
            execute("live", PackagedApplication.FIRST_ROWS);
            subscribe(application);
            var publisher = new Thread(() -> publishUntilInterrupted(new AtomicReference<>(application)));
            publisher.start();
            awaitAcknowledged(200);
            HotStandby.kill(data.resolve("primary"));
            HotStandby.query(standby, "alter system set synchronous_standby_names = ''");
            HotStandby.query(standby, "select pg_promote()");
            awaitAcknowledged(200);
            publisher.interrupt();
            publisher.join();
            Await.until("every event", PATIENCE, this::received, ids -> ids.containsAll(acknowledged));
            System.out.printf(
                    "Failover: %d events acknowledged, 0 lost, %d duplicates%n",
                    acknowledged.size(), receiver.requests().size() - received().size());
        }
    }

    private static void awaitOutput(PackagedApplication application, String text) {
        Await.until(text, PATIENCE, application::output, output -> output.contains(text));
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
}
