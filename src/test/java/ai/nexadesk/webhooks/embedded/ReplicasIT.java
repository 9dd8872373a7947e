package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Answer;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@DisplayName("Replicas on a database of their own")
class ReplicasIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** So that it is under way when the application is killed. */
    private static final String SLOW_ERASURE = """
            create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.03); return new; end $$;
            create trigger slow before update on event for each row execute function slow()
            """;

    /** What the events are about, one of these. */
    private static final int RECORDS = 10;

    private static final int EVENTS = 150;

    @TempDir
    Path data;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger published = new AtomicInteger();
    private EmbeddedPostgres database;

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @BeforeEach
    void startDatabase() throws IOException {
        database = EmbeddedPostgres.start(data.resolve("external"), Path.of("target/postgresql"), false);
        database.createDatabase("live");
    }

    @AfterEach
    void stopDatabase() throws IOException {
        database.close();
    }

    @Test
    @DisplayName("are replaced one after the other under load, and every acknowledged event is delivered, none twice")
    void rollingUpgrade() throws Exception {
        var first = start("live");
        execute("live", PackagedApplication.FIRST_ROWS);
        subscribe(first);
        var target = new AtomicReference<>(first);
        var publisher = new Thread(() -> publishUntilInterrupted(target));
        publisher.start();
        awaitAcknowledged(100);
        var second = start("live");
        target.set(second);
        first.close();
        awaitAcknowledged(100);
        try (var third = start("live")) {
            target.set(third);
            second.close();
            awaitAcknowledged(100);
            publisher.interrupt();
            publisher.join();
            Await.until("every event", PATIENCE, this::received, ids -> ids.containsAll(acknowledged));
        }
        assertThat(receiver.requests()).hasSameSizeAs(received());
    }

    @Test
    @DisplayName("keep to the pace of a webhook together, when one is killed and another one comes, too")
    void pace() throws Exception {
        var answersAfter = Duration.ofMillis(300);
        try (var other = Receiver.start();
                var first = start("live");
                var second = start("live")) {
            execute("live", PackagedApplication.FIRST_ROWS);
            subscribe(first, receiver, ",\"max_per_second\":20");
            other.answer(Answer.status(200).delay(answersAfter));
            subscribe(second, other, ",\"max_in_flight\":4");
            for (int i = 0; i < EVENTS; i++) {
                assertThat(publish(i % 2 == 0 ? first : second, "event-" + i)).isEqualTo(202);
            }
            receiver.await(EVENTS / 3, PATIENCE);
            first.kill();
            try (var third = start("live")) {
                assertThat(publish(third, "event-" + EVENTS)).isEqualTo(202);
                for (var one : List.of(receiver, other)) {
                    Await.until("every event", PATIENCE, () -> received(one), ids -> ids.size() == EVENTS + 1);
                }
            }
            assertThat(Receiver.most(receiver.requests(), Receiver.SECOND_WITHOUT_DELAYS))
                    .isBetween(5, 20);
            assertThat(Receiver.most(other.requests(), answersAfter)).isEqualTo(4);
        }
    }

    @Test
    @DisplayName("restored to an earlier moment send again what was unfinished then, and take missing events once")
    void restore() throws Exception {
        String webhook;
        try (var application = start("live")) {
            execute("live", PackagedApplication.FIRST_ROWS);
            webhook = subscribe(application);
            publish(application, "delivered");
            Await.until("the first event", PATIENCE, this::received, ids -> ids.contains("delivered"));
            receiver.answer(Answer.status(500));
            publish(application, "unfinished");
            Await.until("a failed attempt", PATIENCE, this::received, ids -> ids.contains("unfinished"));
        }
        // Needs that nobody is connected, as a copy of the files does.
        execute("postgres", "create database restored template live");
        receiver.answer(Answer.status(200));
        try (var application = start("live")) {
            publish(application, "later");
            Await.until("the later event", PATIENCE, this::received, ids -> ids.contains("later"));
        }
        receiver.clear();
        try (var application = start("restored")) {
            publish(application, "delivered");
            publish(application, "later");
            var delivery = JsonPath.from(application
                            .get("/api/v1/external/webhooks/" + webhook + "/deliveries?q=unfinished")
                            .body())
                    .getString("data[0].id");
            var retried = application.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry", "{}");
            assertThat(retried.statusCode()).as(retried.body()).isEqualTo(202);
            Await.until("both", PATIENCE, this::received, Set.of("unfinished", "later")::equals);
        }
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName(
            "hand a workspace over to another cell with its log and all that is unfinished, none of it lost or sent twice")
    void move() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/psql")), "psql is not installed");
        String[] quick = {"-Dnexadesk.delivery.retry-delays=20s,20s,20s,20s,20s"};
        var unfinished = ids("unfinished-", 10);
        String webhook;
        try (var application = start("live", quick)) {
            execute("live", PackagedApplication.FIRST_ROWS);
            webhook = subscribe(application);
            for (var id : ids("delivered-", 10)) {
                publish(application, id);
            }
            Await.until("what is delivered", PATIENCE, this::received, ids -> ids.size() == 10);
            receiver.answer(Answer.status(500));
            for (var id : unfinished) {
                publish(application, id);
            }
            Await.until("a failure of each", PATIENCE, this::received, ids -> ids.size() == 20);
            assertThat(move("live", "out", "workspace=" + PackagedApplication.WORKSPACE))
                    .contains("Stop all of them");
        }
        receiver.answer(Answer.status(200));
        receiver.clear();
        database.createDatabase("cell");
        var anotherKey = "-Dnexadesk.secrets.encryption-key=Zm9ybWVyIGtleSwgdGVzdHMgb25seSwgdGVzdHMhISE=";
        var formerKey = "-Dnexadesk.secrets.former-encryption-keys=dGVzdHMgb25seSwgdGVzdHMgb25seSwgdGVzdHMgb24=";
        try (var cell = start("cell", anotherKey, formerKey)) {
            var file = data.resolve("workspace.sql");
            Files.writeString(file, move("live", "out", "workspace=" + PackagedApplication.WORKSPACE));
            var cut = data.resolve("cut.sql");
            Files.writeString(cut, Files.readString(file).replace("\\set complete true", ""));
            assertThat(move("cell", "in", "data=" + cut)).contains("Nothing was stored");
            assertThat(move("cell", "in", "data=" + file))
                    .contains("delivery: 21")
                    .contains("work: 10");
            assertThat(move("live", "end", "workspace=" + PackagedApplication.WORKSPACE))
                    .contains("is gone from this cell");

            publish(cell, "later");
            publish(cell, "delivered-1");
            var wanted = new HashSet<>(unfinished);
            wanted.add("later");
            Await.until("what was unfinished", PATIENCE, this::received, wanted::equals);
            assertThat(receiver.requests()).hasSize(11);
            var log = cell.get("/api/v1/external/deliveries?status=delivered&limit=100")
                    .body();
            assertThat(JsonPath.from(log).getList("data")).as("with its ping").hasSize(22);
            var moved = cell.get("/api/v1/external/webhooks/" + webhook).body();
            assertThat(JsonPath.from(moved).getInt("data.stats.total")).isEqualTo(21);
            try (var former = start("live", quick)) {
                assertThat(publish(former, "astray")).isEqualTo(400);
            }
            assertThat(receiver.requests()).hasSize(11);
        }
        assertThat(query("select table_name from information_schema.columns where table_schema = 'public'"
                        + " and column_name = 'workspace_id'"))
                .hasSizeGreaterThan(10)
                .allSatisfy(table -> assertThat(query("select 1 from \"" + table + "\""))
                        .as(table)
                        .isEmpty());
    }

    private static List<String> ids(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }

    /** What a script for moving a workspace prints. */
    private String move(String name, String script, String variable) throws IOException, InterruptedException {
        var url = database.jdbcUrl(name).replace("jdbc:postgresql://", "postgresql://" + database.username() + '@');
        var psql = new ProcessBuilder(
                "psql", "--no-psqlrc", "-v", variable, "-f", "docker/move/move-" + script + ".sql", url);
        psql.environment().put("PGPASSWORD", database.password());
        var output = data.resolve("psql.out");
        psql.redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
        return Files.readString(output);
    }

    @Test
    @DisplayName(
            "killed one after the other never let an event of a record overtake an earlier one, where order is wanted")
    void ordered() throws Exception {
        String[] quick = {
            "-Dnexadesk.delivery.timeout=2s",
            "-Dnexadesk.delivery.lease=4s",
            "-Dnexadesk.delivery.retry-delays=50ms,50ms,1s,1s,1s"
        };
        var first = start("live", quick);
        execute("live", PackagedApplication.FIRST_ROWS);
        subscribe(first, ",\"ordered\":true");
        var random = new Random(1);
        receiver.answer(socket -> Answer.status(random.nextInt(5) == 0 ? 500 : 200)
                .delay(Duration.ofMillis(random.nextInt(20)))
                .give(socket));
        var second = start("live", quick);
        var toFirst = new AtomicReference<>(first);
        var toSecond = new AtomicReference<>(second);
        var publishers = Stream.of(toFirst, toSecond)
                .map(target -> new Thread(() -> publishUntilInterrupted(target)))
                .toList();
        publishers.forEach(Thread::start);
        awaitAcknowledged(200);
        first.kill();
        try (var third = start("live", quick)) {
            toFirst.set(third);
            awaitAcknowledged(100);
            second.kill();
            toSecond.set(third);
            awaitAcknowledged(100);
            publishers.forEach(Thread::interrupt);
            for (var publisher : publishers) {
                publisher.join();
            }
            receiver.answer(Answer.status(200));
            Await.until("every event", PATIENCE, this::received, ids -> ids.containsAll(acknowledged));
        }
        Map<String, List<String>> sequences = receiver.requests().stream()
                .collect(Collectors.groupingBy(
                        request -> request.header("x-nexadesk-record"),
                        Collectors.mapping(request -> request.header("x-nexadesk-sequence"), Collectors.toList())));
        assertThat(sequences)
                .hasSize(RECORDS)
                .allSatisfy((record, arrived) -> assertThat(arrived).as(record).isSorted());
    }

    @Test
    @DisplayName("go by the conditions that were saved on another one a moment before")
    void conditions() throws Exception {
        try (var first = start("live");
                var second = start("live")) {
            execute("live", PackagedApplication.FIRST_ROWS);
            var webhook = subscribe(first);
            var wanted = new HashSet<String>();
            for (int i = 0; i < 20; i++) {
                boolean isWanted = i % 2 == 0;
                var value = isWanted ? "event-" + i : "another";
                var saved = first.patch(
                        "/webhooks/" + webhook,
                        "{\"conditions\":{\"match\":\"all\",\"rules\":[{\"field\":\"name\",\"operator\":\"is\",\"value\":\""
                                + value + "\"}]}}");
                assertThat(saved.statusCode()).as(saved.body()).isEqualTo(200);
                assertThat(publish(second, "event-" + i)).isEqualTo(202);
                if (isWanted) {
                    wanted.add("event-" + i);
                }
            }
            Await.until("those that are wanted", PATIENCE, this::received, ids -> ids.containsAll(wanted));
            assertThat(received()).isEqualTo(wanted);
        }
    }

    @Test
    @DisplayName("killed twice while they forget somebody, and before they tell an alert channel, do both after all")
    void killedInTheBackground() throws Exception {
        var application = start("live");
        execute("live", PackagedApplication.FIRST_ROWS);
        var webhook = subscribe(application);
        assertThat(application
                        .post(
                                "/alert-channels",
                                "{\"kind\":\"slack\",\"name\":\"Us\",\"url\":\"" + receiver.url("/alerts") + "\"}")
                        .statusCode())
                .isEqualTo(201);
        var events = IntStream.range(0, 1_000)
                .mapToObj(i -> "{\"event\":\"lead.created\",\"workspace_id\":\"" + PackagedApplication.WORKSPACE
                        + "\",\"data\":{\"id\":\"" + i + "\",\"visitor_email\":\"Kim." + (i % 10) + "@example.net\"}}")
                .collect(Collectors.joining(",", "[", "]"));
        for (int i = 0; i < 8; i++) {
            assertThat(application.publish(events).statusCode()).isEqualTo(202);
        }
        assertThat(traces()).contains("event");
        execute("live", SLOW_ERASURE);
        var begun = application.erase(
                "{\"workspace_id\":\"" + PackagedApplication.WORKSPACE + "\",\"emails\":[\"kim.3@example.net\"]}");
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(202);
        Await.until("its beginning", PATIENCE, () -> erasure("events"), count -> Integer.parseInt(count) > 0);
        application.kill();
        assertThat(erasure("status")).isEqualTo("running");

        receiver.answer(Answer.status(200).delay(Duration.ofSeconds(20)));
        application = start("live");
        application.patch("/webhooks/" + webhook, "{\"enabled\":false}");
        Await.until("an alert that nobody has taken yet", PATIENCE, this::alerts, count -> count == 1);
        application.kill();

        receiver.answer(Answer.status(200));
        execute("live", "drop trigger slow on event");
        // As when its lease has ended.
        execute("live", "update alert set next_at = now()");
        try (var last = start("live")) {
            Await.until("the end", PATIENCE, () -> erasure("status"), "done"::equals);
            assertThat(erasure("events")).isEqualTo("800");
            assertThat(traces()).isEmpty();
            Await.until("the alert", PATIENCE, this::alerts, count -> count >= 2);
            assertThat(last.get("/api/v1/external/alert-channels").body()).contains("\"ok\":true");
        }
    }

    private long alerts() {
        return receiver.requests().stream()
                .filter(request -> request.target().equals("/alerts"))
                .count();
    }

    private String erasure(String column) {
        return query("select " + column + " from erasure").get(0);
    }

    /** The tables in which the address is. */
    private List<String> traces() {
        return query("select tablename from pg_tables where schemaname = 'public'").stream()
                .filter(table -> !query("select 1 from \"" + table + "\" t where lower(t::text) ~ 'kim[.]3@example'"
                                + " or t::text ~ encode('im.3@example', 'hex') limit 1")
                        .isEmpty())
                .map(table -> table.replaceFirst("_.*", ""))
                .distinct()
                .toList();
    }

    private List<String> query(String sql) {
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

    private PackagedApplication start(String name, String... more) throws IOException {
        var settings = new ArrayList<>(PackagedApplication.INSTALLATION);
        settings.addAll(List.of(more));
        settings.add(PackagedApplication.ON_UNSAFE_DATABASE);
        settings.add("-Dquarkus.datasource.jdbc.url=" + database.jdbcUrl(name));
        settings.add("-Dquarkus.datasource.username=" + database.username());
        settings.add("-Dquarkus.datasource.password=" + database.password());
        var application = PackagedApplication.launch(data.resolve("unused"), settings.toArray(String[]::new));
        Await.until("a start", PATIENCE, application::output, log -> log.contains("Listening on"));
        return application;
    }

    private void execute(String name, String sql) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(database.jdbcUrl(name), database.username(), database.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String subscribe(PackagedApplication application) throws Exception {
        return subscribe(application, "");
    }

    private String subscribe(PackagedApplication application, String options) throws Exception {
        return subscribe(application, receiver, options);
    }

    private static String subscribe(PackagedApplication application, Receiver receiver, String options)
            throws Exception {
        var created = application.post(
                "/webhooks",
                "{\"url\":\"" + receiver.url("/hook") + "\",\"events\":[\"lead.created\"]" + options + "}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        receiver.clear();
        return JsonPath.from(created.body()).getString("data.id");
    }

    private static int publish(PackagedApplication application, String id) throws IOException, InterruptedException {
        return application
                .publish("{\"id\":\"" + id + "\",\"event\":\"lead.created\",\"workspace_id\":\""
                        + PackagedApplication.WORKSPACE + "\",\"data\":{\"id\":\""
                        + Math.floorMod(id.hashCode(), RECORDS) + "\",\"name\":\"" + id + "\"}}")
                .statusCode();
    }

    /** As a publisher does it: what was not acknowledged is published again, to whoever is there. */
    private void publishUntilInterrupted(AtomicReference<PackagedApplication> target) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                var id = "event-" + published.getAndIncrement();
                while (!isTaken(target.get(), id)) {
                    Thread.sleep(5);
                }
                acknowledged.add(id);
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

    private void awaitAcknowledged(int more) {
        int before = acknowledged.size();
        Await.until("events", PATIENCE, acknowledged::size, count -> count >= before + more);
    }

    private Set<String> received() {
        return received(receiver);
    }

    private static Set<String> received(Receiver receiver) {
        return receiver.requests().stream()
                .map(request -> request.header("x-nexadesk-event-id"))
                .collect(Collectors.toSet());
    }
}
