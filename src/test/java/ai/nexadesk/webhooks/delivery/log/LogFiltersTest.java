package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.lessThan;

@QuarkusTest
@DisplayName("The log")
class LogFiltersTest {

    @Inject
    DataSource dataSource;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
    }

    @Test
    @DisplayName("can be filtered by status, including retrying, and by response")
    void statusAndCode() {
        receiver.answer(Answer.status(503));
        var retrying = delivered("lead.created", "{\"id\":\"1\"}", "retrying");
        receiver.answer(Answer.status(200));
        var delivered = delivered("lead.created", "{\"id\":\"2\"}", "delivered");
        assertThat(found("status=retrying")).containsExactly(retrying);
        assertThat(found("status=delivered&event=lead.created")).containsExactly(delivered);
        assertThat(found("status=queued")).isEmpty();
        assertThat(found("status=sending")).isEmpty();
        assertThat(found("status_code=503")).containsExactly(retrying);
        assertThat(found("status_code=5xx&status=retrying")).containsExactly(retrying);
        assertThat(found("status_code=none")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("rejects impossible times for either end, on pages as in REST")
    @ValueSource(
            strings = {
                "-999999999-01-01T00:00:00Z",
                "0000-12-31T23:59:59Z",
                "%2B10000-01-01T00:00:00Z",
                "%2B999999999-12-31T23:59:59Z",
                "-999999999-01-01T00:00"
            })
    void endlessTimes(String time) {
        for (var end : List.of("since", "until")) {
            var page = Visitor.signedIn(api.workspace().admin());
            var log = "/settings/webhooks/" + webhook + "/logs";
            for (var path : List.of("/settings/needs-attention", "/settings/needs-attention/news", log)) {
                page.request()
                        .urlEncodingEnabled(false)
                        .get(path + "?" + end + "=" + time)
                        .then()
                        .statusCode(lessThan(500));
            }
            api.request()
                    .urlEncodingEnabled(false)
                    .get("/api/v1/external/deliveries?" + end + "=" + time)
                    .then()
                    .statusCode(400)
                    .body("fields", hasKey(end));
        }
        api.request()
                .get("/api/v1/external/deliveries?since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z")
                .then()
                .statusCode(200);
    }

    @Test
    @DisplayName("finds a delivery by its ID, its event's ID, or a text in its payload")
    void text() {
        var one = delivered("lead.created", "{\"id\":\"1\",\"name\":\"Jürgen O'Neill\"}", "delivered");
        var two = delivered("lead.updated", "{\"id\":\"2\",\"name\":\"Zoë\"}", "delivered");
        var event = api.delivery(webhook, one).getString("data.event_id");
        assertThat(found("q=" + one)).containsExactly(one);
        assertThat(found("q=" + event)).containsExactly(one);
        assertThat(found("q=" + event + "&event=lead.updated")).isEmpty();
        assertThat(found("q=Jürgen O'Neill")).containsExactly(one);
        assertThat(found("q=Zoë")).containsExactly(two);
        assertThat(found("q=nobody")).isEmpty();
        assertThat(found("q=" + one.substring(0, 30))).contains(one);
        assertThat(found("q=" + event.substring(0, event.length() - 4))).containsExactly(one);
    }

    @Test
    @DisplayName("finds text in any case, with quotes, percent signs and backslashes")
    void textAsWritten() {
        var odd = delivered(
                "lead.created", "{\"id\":\"1\",\"name\":\"José_Müller said \\\"50 % C:\\\\x\\\"\"}", "delivered");
        for (var text : List.of("josé_m", "JOSÉ_MÜLLER", "said \"50", "50 % c:\\x", "\"name\":\"José", "said \\\"50")) {
            assertThat(found("q=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                    .as(text)
                    .containsExactly(odd);
        }
        for (var text : List.of("josé%m", "José-M", "50_%")) {
            assertThat(found("q=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                    .as(text)
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("can be filtered by time, with an offset or in UTC")
    void time() {
        var delivery = delivered("lead.created", "{\"id\":\"1\"}", "delivered");
        var made = UuidV7.timeOf(DeliveryIds.parse(delivery).orElseThrow());
        var filter = "event=lead.created&";
        assertThat(found(filter + "since=" + made)).containsExactly(delivery);
        assertThat(found(filter + "since=" + made.plusMillis(1))).isEmpty();
        assertThat(found(filter + "until=" + made.plusMillis(1))).containsExactly(delivery);
        assertThat(found(filter + "until=" + made)).isEmpty();
        var minute = made.minus(Duration.ofMinutes(1)).toString().substring(0, 16);
        assertThat(page("/logs?event=lead.created&since=" + minute).asString()).contains(delivery);
        assertThat(refused("since=yesterday")).startsWith("since must be a time with an offset");
        assertThat(refused("since=" + minute)).endsWith("This one has no offset: add Z for UTC.");
        // This is what arrives if the plus sign was not encoded.
        assertThat(refused("until=2026-03-20T14:00:00+02:00")).contains("%2B", "2026-03-20T14:00:00 02:00");
        assertThat(found("until=2026-03-20T14:00:00%2B02:00")).isEmpty();
    }

    @Test
    @DisplayName("accepts several values of a filter, and both orders")
    void severalAndOrders() throws SQLException {
        receiver.answer(Answer.status(503));
        var retrying = delivered("lead.created", "{\"id\":\"1\"}", "retrying");
        receiver.answer(Answer.status(200));
        var lead = delivered("lead.created", "{\"id\":\"2\"}", "delivered");
        var contact = delivered("contact.created", "{\"id\":\"3\"}", "delivered");
        assertThat(found("event=lead.created,contact.created")).containsExactly(contact, lead, retrying);
        assertThat(found("event=lead.created,contact.created&status=retrying,failed"))
                .containsExactly(retrying);
        assertThat(found("event=lead.created&status=retrying,delivered")).containsExactly(lead, retrying);
        assertThat(found("status=queued,sending,cancelled")).isEmpty();
        assertThat(found("event=lead.created,contact.created&status_code=404,5xx,none"))
                .containsExactly(retrying);
        assertThat(page("/logs?status=retrying,failed").asString())
                .contains(retrying)
                .doesNotContain(lead);

        var oldest = "event=lead.created,contact.created&sort=created_at:asc";
        assertThat(found(oldest)).containsExactly(retrying, lead, contact);
        var first = read(oldest + "&limit=2").jsonPath();
        assertThat(first.getList("data.id")).containsExactly(retrying, lead);
        var cursor = "&cursor=" + first.getString("pagination.next_cursor");
        var last = read(oldest + "&limit=2" + cursor).jsonPath();
        assertThat(last.getList("data.id")).containsExactly(contact);
        assertThat(last.getBoolean("pagination.has_more")).isFalse();
        assertThat(last.getInt("pagination.total_count")).isEqualTo(3);
        assertThat(refused("limit=2" + cursor)).contains("different sort order");
        insert(DeliveryLog.SCANNED_FIRST + DeliveryLog.SCANNED);
        var newest = delivered("lead.created", "{\"id\":\"4\"}", "delivered");
        assertThat(found("event=lead.created&sort=created_at:asc")).containsExactly(retrying, lead, newest);
    }

    @Test
    @DisplayName("rejects unknown event types and empty values by name")
    void refusedFilters() {
        assertThat(refused("event=lead.creatd"))
                .startsWith("Unknown event type \"lead.creatd\". Use one of ")
                .contains("lead.created");
        assertThat(found("event=ping")).hasSize(1);
        assertThat(refused("status=failed,")).startsWith("status must be one value, or up to 50");
        assertThat(refused("status=failed,lost")).startsWith("status must be one of queued");
        assertThat(refused("sort=event:asc"))
                .isEqualTo("sort must be created_at:desc or created_at:asc for this list.");
    }

    private String refused(String query) {
        return api.request()
                .urlEncodingEnabled(false)
                .get("/api/v1/external/webhooks/" + webhook + "/deliveries?" + query)
                .then()
                .statusCode(400)
                .extract()
                .path("error");
    }

    @Test
    @DisplayName("is searched to its end for a full page and an exact count, even if most lines do not match")
    void full() throws SQLException {
        var old = delivered("lead.deleted", "{\"id\":\"1\",\"name\":\"Zoë\"}", "delivered");
        var new1 = delivered("lead.deleted", "{\"id\":\"2\",\"name\":\"Zoë\"}", "delivered");
        insert(DeliveryLog.SCANNED + DeliveryLog.SCANNED_FIRST);
        for (var filter : List.of("event=lead.deleted", "event=lead.deleted&q=Zoë")) {
            var all = read(filter).jsonPath();
            assertThat(all.getList("data.id")).containsExactly(new1, old);
            assertThat(all.getBoolean("pagination.has_more")).isFalse();
            assertThat(all.getInt("pagination.total_count")).isEqualTo(2);
            assertThat(all.getMap("pagination")).doesNotContainKey("total_is_lower_bound");
        }
        var first = read("limit=1&event=lead.deleted").jsonPath();
        assertThat(first.getList("data.id")).containsExactly(new1);
        var next = read("limit=1&event=lead.deleted&cursor=" + first.getString("pagination.next_cursor"))
                .jsonPath();
        assertThat(next.getList("data.id")).containsExactly(old);
        assertThat(next.getBoolean("pagination.has_more")).isFalse();
        assertThat(next.getInt("pagination.total_count")).isEqualTo(2);
        assertThat(page("/logs?event=lead.deleted").asString()).contains("2 deliveries", old, new1);

        assertThat(planOfQuietLog(""))
                .as("the plan that finds a quiet webhook's lines among those of others")
                .containsPattern("Index Cond: \\(\\(workspace_id = .*\\) AND \\(webhook_id = ");
        assertThat(planOfQuietLog(" and failed and event_type <> 'ping'"))
                .as("the plan that finds failures among successes and among failures of other webhooks")
                .containsPattern("Index Cond: \\(\\(workspace_id = .*\\) AND \\(webhook_id = ")
                .doesNotContain("failed");

        var all = read("status=delivered").jsonPath();
        assertThat(all.getInt("pagination.total_count")).isEqualTo(10_000);
        assertThat(all.getBoolean("pagination.total_is_lower_bound")).isTrue();
    }

    @Test
    @DisplayName("stays readable after its webhook is deleted")
    void ofDeletedWebhook() {
        var lead = delivered("lead.created", "{\"id\":\"1\"}", "delivered");
        api.delete("/webhooks/" + webhook).then().statusCode(200);
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?event=lead.created")
                        .getList("data.id"))
                .containsExactly(lead);
        assertThat(api.delivery(webhook, lead).getString("data.status")).isEqualTo("delivered");
        var path = "/webhooks/" + webhook;
        api.post(path + "/deliveries/retry", java.util.Map.of("status", "failed"))
                .then()
                .statusCode(404);
        assertThat(api.post(path + "/deliveries/" + lead + "/retry").statusCode())
                .isBetween(400, 499);
        api.request().get("/api/v1/external" + path).then().statusCode(404);
        Api.ofNewWorkspace()
                .request()
                .get("/api/v1/external" + path + "/deliveries")
                .then()
                .statusCode(404);
    }

    @Test
    @DisplayName("can be exported as CSV and as JSON Lines, with its filters")
    void export() throws SQLException {
        var lead = delivered("lead.created", "{\"id\":\"1\"}", "delivered");
        delivered("contact.created", "{\"id\":\"2\"}", "delivered");
        var lines = page("/logs/export.csv?event=lead.created").asString().split("\r\n");
        assertThat(lines).hasSize(2);
        assertThat(lines[0]).startsWith("id,webhook_id,url,event,event_id,status,");
        assertThat(lines[1]).startsWith(lead + "," + webhook + "," + receiver.url("/hook") + ",lead.created,");

        insert(2_500);
        var csv = page("/logs/export.csv");
        assertThat(csv.contentType()).isEqualTo("text/csv; charset=UTF-8");
        assertThat(csv.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"deliveries-" + webhook + ".csv\"");
        assertThat(csv.asString().lines()).hasSize(1 + 2_500 + 3);
        // A value that a spreadsheet would treat as a formula is exported as text.
        assertThat(csv.asString()).contains(",\"'=HYPERLINK(\"\"evil\"\")-1\",");
        var json =
                page("/logs/export.jsonl?status=delivered&event=lead.created").asString();
        assertThat(json.lines()).hasSize(1);
        assertThat(io.restassured.path.json.JsonPath.from(json).getMap("")).contains(Map.entry("id", lead));
        page("/logs/export.exe").then().statusCode(404);
    }

    @Test
    @DisplayName("can be exported with requests and responses, whose lines can be published again as duplicates")
    void exportWithBodies() throws IOException {
        receiver.answer(Answer.status(201).body("Thänks"));
        var first = delivered("lead.created", "{\"id\":\"1\",\"big\":1234.50,\"name\":\"Zoë\"}", "delivered");
        receiver.answer(Answer.status(503));
        Api.publish(
                        "{\"event\":\"lead.updated\",\"workspace_id\":\""
                                + api.workspace().id()
                                + "\",\"timestamp\":\"2026-03-20T14:00:00.012Z\",\"record\":\"deal:9\",\"changed\":[\"name\"],"
                                + "\"previous\":{\"name\":\"Bob\"},\"actor\":{\"type\":\"person\",\"id\":\"usr:1\"},\"data\":{\"id\":\"2\",\"name\":\"Al\"}}")
                .then()
                .statusCode(202);
        var second = api.get("/deliveries?event=lead.updated").getString("data[0].id");
        api.await(webhook, second, "retrying", 1);
        Api.ofNewWorkspace().createWebhook(receiver.url("/other"), "*");
        var export = api.request()
                .get(
                        "/api/v1/external/deliveries/export?sort=created_at:asc&event=lead.created,lead.updated&webhook_id="
                                + webhook)
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .extract()
                .asString();
        var lines = export.lines().toList();
        // A line equals the delivery in the REST API.
        var json = new ObjectMapper();
        for (int i = 0; i < 2; i++) {
            var alone = api.request()
                    .get("/api/v1/external/webhooks/" + webhook + "/deliveries/"
                            + List.of(first, second).get(i))
                    .asString();
            assertThat(json.readTree(lines.get(i)))
                    .isEqualTo(json.readTree(alone).get("data"));
        }
        assertThat(page("/logs/export.bodies.jsonl").asString().lines()).containsAll(lines);

        var requests = receiver.requests().size();
        for (var line : lines) {
            var answer = Api.publish(asPublished(line));
            answer.then().statusCode(202);
            assertThat(answer.jsonPath().getInt("data.duplicates"))
                    .as(answer.asString())
                    .isEqualTo(1);
            assertThat(answer.asString()).doesNotContain("differs");
        }
        assertThat(receiver.requests()).hasSize(requests);

        api.request().get("/api/v1/external/deliveries/export?limit=5").then().statusCode(400);
        api.request()
                .get("/api/v1/external/deliveries/export?webhook_id=wh_00000000000000000000")
                .then()
                .statusCode(400);
        Api.ofNewWorkspace()
                .request()
                .get("/api/v1/external/deliveries/export?webhook_id=" + webhook)
                .then()
                .statusCode(400);
        assertThat(api.get("/audit-log").getList("data.action")).contains("delivery.exported");
    }

    /** Converts a line as the operators' guide does with jq. */
    private static String asPublished(String line) throws IOException {
        var json = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        var delivery = json.readTree(line);
        var event = (ObjectNode) json.readTree(delivery.get("request_body").textValue());
        event.set("id", delivery.get("event_id"));
        for (var name : List.of("record", "changed", "previous")) {
            if (!delivery.get(name).isNull()
                    && !(delivery.get(name).isArray() && delivery.get(name).isEmpty())) {
                event.set(name, delivery.get(name));
            }
        }
        if (!delivery.get("actor").isNull()) {
            var actor = delivery.get("actor").textValue().split(":", 2);
            event.putObject("actor").put("type", actor[0]).put("id", actor[1]);
        }
        return event.toString();
    }

    @Test
    @DisplayName("announces new deliveries to a live page once")
    void news() {
        var first = delivered("lead.created", "{\"id\":\"1\"}", "delivered");
        page("/logs/news?after=" + first).then().statusCode(204);
        delivered("lead.created", "{\"id\":\"2\"}", "delivered");
        assertThat(page("/logs/news?after=" + first).asString()).contains("1 new delivery.");
        page("/logs/news?shown=1&after=" + first).then().statusCode(204);
        page("/logs/news?event=contact.created&after=" + first).then().statusCode(204);
    }

    /** Plans the query on today's partition, the only one with rows, like the transactions of the log. */
    private String planOfQuietLog(String condition) {
        new Sql().run("analyze delivery");
        return DatabaseRole.in(api.workspace().id()).call(() -> explainQuietLog(condition));
    }

    private String explainQuietLog(String condition) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement()) {
            var query =
                    "explain (costs off) select id from delivery where workspace_id = '%s' and webhook_id = 'wh_quiet'"
                            + " and id between '%s' and '%s'" + condition + " order by id desc limit 50";
            var now = Instant.now();
            var plan = new StringBuilder();
            try (var rows = statement.executeQuery(query.formatted(
                    api.workspace().id(), UuidV7.lowestAt(now.minus(Duration.ofMinutes(10))), UuidV7.lowestAt(now)))) {
                while (rows.next()) {
                    plan.append(rows.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    private String delivered(String type, String data, String status) {
        var delivery = api.deliveryOf(webhook, api.publish(type, data));
        api.await(webhook, delivery, status, 1);
        return delivery;
    }

    private List<String> found(String query) {
        return read(query).jsonPath().getList("data.id");
    }

    private Response read(String query) {
        return api.request()
                .urlEncodingEnabled(!query.contains("%"))
                .get("/api/v1/external/webhooks/" + webhook + "/deliveries?" + query)
                .then()
                .statusCode(200)
                .extract()
                .response();
    }

    private Response page(String path) {
        return given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().agent()))
                .get("/settings/webhooks/" + webhook + path);
    }

    /** Inserts deliveries as the log keeps them, newer than all others. */
    private void insert(int count) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("insert into delivery (id, workspace_id, webhook_id,"
                        + " event_key, event_id, event_type, status, attempts, attempted_at, status_code, duration_ms)"
                        + " select uuidv7(), ?, ?, uuidv7(), '=HYPERLINK(\"evil\")-' || i, 'lead.updated', 'delivered',"
                        + " 1, ?, 200, i % 90 from generate_series(1, ?) i")) {
            statement.setString(1, api.workspace().id());
            statement.setString(2, webhook);
            statement.setObject(3, Instant.now().atOffset(java.time.ZoneOffset.UTC));
            statement.setInt(4, count);
            statement.executeUpdate();
        }
    }
}
