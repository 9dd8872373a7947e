package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of applications on a PostgreSQL server of their own, which the applications may share, with a receiver for
 * their requests.
 */
abstract class Installation {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The number of records that the events are about. */
    static final int RECORDS = 10;

    /** The number of event IDs so far, also of other tests, which may use the same database. */
    private static final AtomicInteger PUBLISHED = new AtomicInteger();

    /** The pause of a publisher after each event, so that tests can keep up. */
    private static final long PAUSE_MILLIS = 10;

    @TempDir
    Path data;

    final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    EmbeddedPostgres database;

    @AutoClose
    final Receiver receiver = Receiver.start();

    @BeforeEach
    void startDatabase() throws Exception {
        database = openDatabase();
        database.createDatabase("live");
    }

    EmbeddedPostgres openDatabase() throws IOException {
        return EmbeddedPostgres.start(data.resolve("external"), Path.of("target/postgresql"), false);
    }

    @AfterEach
    void stopDatabase() throws Exception {
        database.close();
    }

    List<String> query(String sql) {
        var found = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(
                        database.jdbcUrl("live"), database.username(), database.password());
                var rows = connection.createStatement().executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    PackagedApplication start(String name, String... more) throws IOException {
        var application = launch(database.jdbcUrl(name), more);
        Await.until("the start", PATIENCE, application::output, log -> log.contains("Listening on"));
        return application;
    }

    /** Starts the application on this database, without waiting. */
    PackagedApplication launch(String url, String... more) throws IOException {
        var settings = new ArrayList<>(PackagedApplication.INSTALLATION);
        settings.addAll(List.of(more));
        settings.add(PackagedApplication.ON_UNSAFE_DATABASE);
        settings.add("-Dquarkus.datasource.jdbc.url=" + url);
        settings.add("-Dquarkus.datasource.username=" + database.username());
        settings.add("-Dquarkus.datasource.password=" + database.password());
        return PackagedApplication.launch(data.resolve("unused"), settings.toArray(String[]::new));
    }

    void execute(String name, String sql) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(database.jdbcUrl(name), database.username(), database.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String subscribe(PackagedApplication application) throws Exception {
        return subscribe(application, "");
    }

    String subscribe(PackagedApplication application, String options) throws Exception {
        return subscribe(application, receiver, options);
    }

    static String subscribe(PackagedApplication application, Receiver receiver, String options) throws Exception {
        var created = application.post(
                "/webhooks",
                "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"]" + options + "}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        receiver.clear();
        return JsonPath.from(created.body()).getString("data.id");
    }

    static int publish(PackagedApplication application, String id) throws IOException, InterruptedException {
        return application
                .publish("{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\""
                        + PackagedApplication.WORKSPACE + "\",\"data\":{\"id\":\""
                        + Math.floorMod(id.hashCode(), RECORDS) + "\",\"name\":\"" + id + "\"}}")
                .statusCode();
    }

    /** Publishes as a publisher does: retries every event until the current application acknowledges it. */
    void publishUntilInterrupted(AtomicReference<PackagedApplication> target) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                var id = "event-" + PUBLISHED.getAndIncrement();
                while (!isTaken(target.get(), id)) {
                    Thread.sleep(5);
                }
                acknowledged.add(id);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isTaken(PackagedApplication application, String id) throws InterruptedException {
        try {
            return publish(application, id) == 202;
        } catch (IOException stopped) {
            return false;
        }
    }

    void awaitAcknowledged(int more) {
        int before = acknowledged.size();
        Await.until("events", PATIENCE, acknowledged::size, count -> count >= before + more);
    }

    Set<String> received() {
        return received(receiver);
    }

    static Set<String> received(Receiver receiver) {
        return receiver.requests().stream()
                .map(request -> request.header("x-nexadesk-event-id"))
                .collect(Collectors.toSet());
    }
}
