package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.server.PackagedApplication;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@DisplayName("Stored events and deliveries")
class StoredDataIT extends Installation {

    /** Slows the erasure down, so that it is in progress when the application is killed. */
    private static final String SLOW_ERASURE = """
            create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.03); return new; end $$;
            create trigger slow before update on event for each row execute function slow()
            """;

    @Test
    @DisplayName("restored from a backup send unfinished deliveries again, and accept missing events once")
    void restore() throws Exception {
        String webhook;
        // Nothing is retried automatically, however long the starts take.
        try (var application = start("live", "-Dnexadesk.delivery.retry-delays=1h,1h,1h,1h,1h")) {
            execute("live", PackagedApplication.FIRST_ROWS);
            webhook = subscribe(application);
            publish(application, "delivered");
            Await.until("the first event", PATIENCE, this::received, ids -> ids.contains("delivered"));
            receiver.answer(Answer.status(500));
            publish(application, "unfinished");
            Await.until("a failed attempt", PATIENCE, this::received, ids -> ids.contains("unfinished"));
        }
        // Nobody may be connected, as for a copy of the files.
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
            Await.until("both deliveries", PATIENCE, this::received, Set.of("unfinished", "later")::equals);
        }
        assertThat(receiver.requests()).hasSize(2);
    }

    @Test
    @DisplayName("can be moved to another cell with the log and all unfinished work, none lost or sent twice")
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
            Await.until("the first deliveries", PATIENCE, this::received, ids -> ids.size() == 10);
            receiver.answer(Answer.status(500));
            for (var id : unfinished) {
                publish(application, id);
            }
            Await.until("a failed attempt of each delivery", PATIENCE, this::received, ids -> ids.size() == 20);
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
                    .contains("work: 10")
                    .doesNotContain("ERROR");
            assertThat(move("live", "end", "workspace=" + PackagedApplication.WORKSPACE))
                    .contains("is gone from this cell");

            publish(cell, "later");
            publish(cell, "delivered-1");
            var wanted = new HashSet<>(unfinished);
            wanted.add("later");
            Await.until("the unfinished deliveries", PATIENCE, this::received, wanted::equals);
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

    /** The output of a script that moves a workspace. */
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
    @DisplayName("survive two kills during an erasure and before an alert, and both are completed")
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
        Await.until(
                "the start of the erasure", PATIENCE, () -> erasure("events"), count -> Integer.parseInt(count) > 0);
        application.kill();
        assertThat(erasure("status")).isEqualTo("running");

        receiver.answer(Answer.status(200).delay(Duration.ofSeconds(20)));
        application = start("live");
        application.patch("/webhooks/" + webhook, "{\"enabled\":false}");
        Await.until("an alert that no replica has sent yet", PATIENCE, this::alerts, count -> count == 1);
        application.kill();

        receiver.answer(Answer.status(200));
        execute("live", "drop trigger slow on event");
        // This has the same effect as the end of its lease.
        execute("live", "update alert set next_at = now()");
        try (var last = start("live")) {
            Await.until("the end of the erasure", PATIENCE, () -> erasure("status"), "done"::equals);
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

    /** The tables that contain the address. */
    private List<String> traces() {
        return query("select tablename from pg_tables where schemaname = 'public'").stream()
                .filter(table -> !query("select 1 from \"" + table + "\" t where lower(t::text) ~ 'kim[.]3@example'"
                                + " or t::text ~ encode('im.3@example', 'hex') limit 1")
                        .isEmpty())
                .map(table -> table.replaceFirst("_.*", ""))
                .distinct()
                .toList();
    }
}
