package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.server.TraceCollector;
import ai.nexadesk.webhooks.testing.server.TracingProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(TracingProfile.class)
@DisplayName("Secrets, keys, passwords and sessions")
class CanaryTest {

    @ConfigProperty(name = TracingProfile.ENDPOINT)
    URI traceEndpoint;

    private final Api api = Api.ofNewWorkspace();
    private final Map<String, String> canaries = new HashMap<>();

    @Test
    @DisplayName("appear in no log, trace, page, error or response about something else, and nowhere in the database")
    void nowhere() throws Exception {
        var log = new Listener();
        Logger.getLogger("").addHandler(log);
        var told = new ArrayList<String>();
        try (var collector = TraceCollector.start(traceEndpoint.getPort());
                var receiver = Receiver.start()) {
            plant(receiver, told);
            var admin = new Visitor(canaries.get("session"), TestWorkspace.csrfToken());
            for (var route : Route.all()) {
                if (route.isGet()
                        && route.path().startsWith("/settings")
                        && !route.path().contains("{")) {
                    told.add(admin.get(route.path()).asString());
                }
            }
            told.add(given().get("/q/metrics").asString());
            told.add(collector.await(spans -> spans.contains("attempt")));
        } finally {
            Logger.getLogger("").removeHandler(log);
        }
        assertThat(log.lines).isNotEmpty();
        for (var canary : canaries.entrySet()) {
            var value = canary.getValue();
            var hex = HexFormat.of().formatHex(value.getBytes(StandardCharsets.UTF_8));
            assertThat(log.lines).as(canary.getKey() + " in the log").noneMatch(line -> line.contains(value));
            assertThat(told).as(canary.getKey() + " in a response").noneMatch(text -> text.contains(value));
            assertThat(dump())
                    .as(canary.getKey() + " in the database")
                    .noneMatch(row -> row.contains(value) || row.contains(hex));
        }
    }

    private void plant(Receiver receiver, List<String> told) throws Exception {
        var workspace = api.workspace();
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        canaries.put("request header", "canary-of-a-request-header");
        api.patch("/webhooks/" + webhook, Map.of("headers", Map.of("X-Api-Key", canaries.get("request header"))))
                .then()
                .statusCode(200);
        canaries.put("API key", workspace.apiKey("read", "write"));
        canaries.put("mistyped API key", canaries.get("API key") + "x");
        canaries.put("password", TestWorkspace.PASSWORD);
        canaries.put("wrong password", "a password that somebody mistyped");
        canaries.put("session", TestWorkspace.signIn(workspace.admin()));
        told.add(TestWorkspace.signIn(workspace.admin(), canaries.get("wrong password"), null)
                .asString());
        canaries.put("former secret", api.secret(webhook));
        String rotated = given().header("Authorization", "Bearer " + canaries.get("API key"))
                .header("Idempotency-Key", "rotate-once")
                .contentType("application/json")
                .body("{\"overlap_hours\":1}")
                .post("/api/v1/external/webhooks/" + webhook + "/secret/rotate")
                .asString();
        var secrets = java.util.regex.Pattern.compile("whsec_[A-Za-z0-9+/=]+").matcher(rotated);
        while (secrets.find()) {
            canaries.put("secret " + canaries.size(), secrets.group());
        }
        assertThat(canaries).hasSizeGreaterThan(6);

        receiver.answer(Answer.status(500));
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "retrying", 1);
        told.add(api.get("/webhooks/" + webhook).prettify());
        told.add(api.delivery(webhook, delivery).prettify());
        var admin = new Visitor(canaries.get("session"), "");
        for (var page :
                List.of("", "/edit", "/logs", "/logs/" + delivery, "/logs/export.csv", "/logs/export.bodies.jsonl")) {
            var answer = admin.get("/settings/webhooks/" + webhook + page);
            assertThat(answer.statusCode()).as(page).isEqualTo(200);
            told.add(answer.asString());
        }
        for (var list : List.of("webhooks", "audit-log", "events", "deliveries", "deliveries/export")) {
            told.add(api.request()
                    .get("/api/v1/external/" + list)
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString());
        }
        told.add(given().header("Authorization", "Bearer " + canaries.get("mistyped API key"))
                .get("/api/v1/external/webhooks")
                .asString());
        var bug = given().header("Authorization", "Bearer " + canaries.get("API key"))
                .get("/api/v1/external/probe/bug");
        assertThat(bug.statusCode()).isEqualTo(500);
        told.add(bug.asString());
    }

    /** Every row of every table, in PostgreSQL's text format. */
    private List<String> dump() throws SQLException {
        var rows = new ArrayList<String>();
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            var tables = new ArrayList<String>();
            try (var found = statement.executeQuery(
                    "select tablename from pg_tables where schemaname = 'public' order by tablename")) {
                while (found.next()) {
                    tables.add(found.getString(1));
                }
            }
            assertThat(tables).contains("webhook", "api_key", "session", "person", "idempotent_request");
            for (var table : tables) {
                try (var found = statement.executeQuery("select t::text from \"" + table + "\" t")) {
                    while (found.next()) {
                        rows.add(found.getString(1));
                    }
                }
            }
        }
        return rows;
    }

    /** Records the log entries with their exceptions. */
    private static final class Listener extends Handler {
        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord logged) {
            var parameters = logged.getParameters() == null ? "" : java.util.Arrays.toString(logged.getParameters());
            lines.add(logged.getMessage() + " " + parameters + " " + stackTrace(logged.getThrown()));
        }

        private static String stackTrace(Throwable thrown) {
            if (thrown == null) {
                return "";
            }
            var text = new java.io.StringWriter();
            thrown.printStackTrace(new java.io.PrintWriter(text));
            return text.toString();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
