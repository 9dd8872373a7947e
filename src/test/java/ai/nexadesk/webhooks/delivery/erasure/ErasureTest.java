package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.Visitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

@QuarkusTest
@DisplayName("Data erasure")
class ErasureTest {

    private static final String ERASED = "{\"erased\":true}";

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("leaves no trace of an address in the database, but keeps the facts in the log")
    void forgets() throws SQLException {
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.answer(Answer.status(200).body("{\"to\":\"JANE.DOE\\u0040example.com\"}"));
        var lead = api.publish("lead.created", "{\"id\":\"1\",\"visitor_email\":\"Jane.Doe@Example.com\"}");
        var contact = api.publish("contact.updated", "{\"id\":\"42\",\"name\":\"Jane\"}");
        var former = ",\"changed\":[\"visitor_email\"],\"previous\":{\"visitor_email\":\"jane.doe@example.com\"}";
        var changed = api.publish("lead.updated", "{\"id\":\"4\"}" + former);
        var sent = api.deliveryOf(webhook, lead);
        api.await(webhook, sent, "delivered", 1);
        api.await(webhook, api.deliveryOf(webhook, contact), "delivered", 1);
        api.await(webhook, api.deliveryOf(webhook, changed), "delivered", 1);
        receiver.answer(Answer.status(200).body("fine"));
        var other = api.publish("lead.created", "{\"id\":\"2\",\"visitor_email\":\"mary@example.com\"}");
        api.await(webhook, api.deliveryOf(webhook, other), "delivered", 1);
        receiver.answer(Answer.status(500));
        var waiting =
                api.deliveryOf(webhook, api.publish("lead.updated", "{\"id\":\"3\",\"x\":[\"jane.doe@example.com\"]}"));
        api.await(webhook, waiting, "retrying", 1);
        assertThat(traces("jane.doe")).isNotEmpty();

        var done = erase(Map.of(
                "workspace_id",
                api.workspace().id(),
                "emails",
                List.of("jane.doe@EXAMPLE.com"),
                "records",
                List.of("contact:42")));

        assertThat(done.getInt("data.events")).isEqualTo(4);
        assertThat(done.getInt("data.cancelled")).isEqualTo(1);
        assertThat(traces("jane.doe")).isEmpty();
        assertThat(traces("contact:42")).isEmpty();
        var log = api.delivery(webhook, sent);
        assertThat(log.getString("data.status")).isEqualTo("delivered");
        assertThat(log.getString("data.event")).isEqualTo("lead.created");
        assertThat(log.getString("data.request_body")).isEqualTo(ERASED);
        assertThat(log.getInt("data.attempts[0].status_code")).isEqualTo(200);
        assertThat(log.getString("data.attempts[0].response_body")).isEqualTo(ERASED);
        assertThat(api.delivery(webhook, waiting).getString("data.status")).isEqualTo("cancelled");
        assertThat(Visitor.signedIn(api.workspace().admin())
                        .get("/settings/webhooks/" + webhook + "/logs/" + waiting)
                        .asString())
                .contains("Cancelled. The event was erased.");
        assertThat(api.delivery(webhook, api.deliveryOf(webhook, other)).getString("data.request_body"))
                .contains("mary@example.com");
        api.post("/webhooks/" + webhook + "/deliveries/" + sent + "/retry")
                .then()
                .statusCode(409)
                .body("code", equalTo("event_erased"));
        api.post(
                        "/webhooks/" + webhook + "/replay",
                        Map.of("since", Instant.now().minusSeconds(60).toString(), "only", "all", "dry_run", true))
                .then()
                .body("data.matching", equalTo(1));
        assertThat(api.request().get("/api/v1/external/events").asString()).contains("\"payload\":" + ERASED);
        var admin = Visitor.signedIn(api.workspace().admin());
        assertThat(admin.get("/settings/webhooks/" + webhook + "/logs/" + sent).asString())
                .contains("The event was erased", "&quot;erased&quot;")
                .doesNotContain("<span>Retry now</span>", "cURL command");
        var audit = api.get("/audit-log?kind=erasure");
        assertThat(audit.getList("data.action", String.class)).contains("erasure.begun", "erasure.done");
        assertThat(audit.getList("data.detail", String.class)).anyMatch(detail -> detail.startsWith("4 events, "));
    }

    @Test
    @DisplayName("can also remove the payloads and responses of a workspace after some days")
    void keepsForDays() throws SQLException {
        var admin = Visitor.signedIn(api.workspace().admin());
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.answer(Answer.status(200).body("hello ann.old@example.com"));
        var event = api.publish("lead.created", "{\"id\":\"1\",\"visitor_email\":\"ann.old@example.com\"}");
        api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);
        receiver.answer(Answer.status(500));
        var waiting = api.publish("lead.created", "{\"id\":\"2\",\"visitor_email\":\"ann.old@example.com\"}");
        api.await(webhook, api.deliveryOf(webhook, waiting), "retrying", 1);
        age(8);
        receiver.answer(Answer.status(200).body("hello ann.new@example.com"));
        var young = api.publish("lead.created", "{\"id\":\"3\",\"visitor_email\":\"ann.new@example.com\"}");
        api.await(webhook, api.deliveryOf(webhook, young), "delivered", 1);

        for (var nonsense : List.of("0", "31", "1.5", "many", "99999999999")) {
            admin.post("/settings/erasures/retention", Map.of("days", nonsense))
                    .then()
                    .statusCode(422);
        }
        admin.post("/settings/erasures/retention", Map.of("days", " 9 ")).then().statusCode(303);
        assertThat(api.get("/retention").getInt("data.body_days")).isEqualTo(9);
        var kept = "/api/v1/external/retention";
        api.request().body("{\"body_days\":31}").put(kept).then().statusCode(400);
        var old = api.deliveryOf(webhook, event);
        assertThat(api.delivery(webhook, old).getString("data.request_body")).contains("ann.old");
        api.request().body("{\"body_days\":7}").put(kept).then().statusCode(200);

        Await.until("the removal", Duration.ofSeconds(30), () -> tracesNow("ann.old"), List::isEmpty);
        assertThat(tracesNow("ann.new")).containsExactlyInAnyOrder("event.body", "attempt.response_body");
        var gone = "{\"erased\":true,\"kept_days\":7}";
        var log = api.delivery(webhook, old);
        assertThat(log.getString("data.request_body")).isEqualTo(gone);
        assertThat(log.getString("data.attempts[0].response_body")).isEqualTo(gone);
        assertThat(log.getString("data.record")).isEqualTo("lead:1");
        assertThat(log.getString("data.status")).isEqualTo("delivered");
        assertThat(api.get("/deliveries?status=cancelled").getList("data.event_id"))
                .containsExactly(waiting);
        assertThat(api.request().get("/api/v1/external/events").asString()).contains("\"payload\":" + gone);
        assertThat(api.request().get("/api/v1/external/deliveries/export").asString())
                .contains("kept_days", "ann.new");
        api.post("/webhooks/" + webhook + "/deliveries/" + old + "/retry")
                .then()
                .statusCode(409)
                .body("code", equalTo("event_erased"), "error", containsString("removed after 7 days"));
        var agent = Visitor.signedIn(api.workspace().agent());
        assertThat(agent.get("/settings/webhooks/" + webhook + "/logs/" + old).asString())
                .contains("The payload was removed after 7 days");
        assertThat(api.get("/audit-log?kind=retention").getList("data.detail")).hasSize(2);

        // A later erasure covers the remaining data, too.
        assertThat(erase(Map.of("workspace_id", api.workspace().id(), "records", List.of("lead:1")))
                        .getInt("data.events"))
                .isEqualTo(1);
        assertThat(api.delivery(webhook, old).getString("data.record")).isNull();
        api.request()
                .body("{}")
                .put(kept)
                .then()
                .statusCode(400)
                .body("error", equalTo("body_days is required: a whole number, or null."))
                .body("fields", hasKey("body_days"));
        assertThat(api.get("/retention").getInt("data.body_days")).isEqualTo(7);
        api.request().body("{\"body_days\":null}").put(kept).then().statusCode(200);
        assertThat(api.get("/retention").getString("data.body_days")).isNull();
    }

    /** Makes all data of the workspace older by this many days. */
    private void age(int days) {
        var older = "(select (lpad(to_hex(('x' || left(hex, 12))::bit(48)::bigint - " + days
                + " * 86400000::bigint), 12, '0') || substr(hex, 13))::uuid from replace(%s::text, '-', '') hex)";
        var workspace = api.workspace().id();
        var sql = new Sql();
        sql.run(
                "update attempt set delivery_id = " + older.formatted("delivery_id")
                        + " where delivery_id in (select id from delivery where workspace_id = ?)",
                workspace);
        sql.run(
                "update delivery set id = " + older.formatted("id") + ", event_key = " + older.formatted("event_key")
                        + " where workspace_id = ?",
                workspace);
        sql.run(
                "update work set delivery_id = " + older.formatted("delivery_id") + ", event_key = "
                        + older.formatted("event_key") + " where workspace_id = ?",
                workspace);
        sql.run("update event set key = " + older.formatted("key") + " where workspace_id = ?", workspace);
        sql.run("update event_id set key = " + older.formatted("key") + " where workspace_id = ?", workspace);
    }

    private static List<String> tracesNow(String text) {
        try {
            return traces(text);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("can be requested on a page")
    void page() throws SQLException {
        var event = api.publish("lead.created", "{\"id\":\"1\",\"visitor_email\":\"john.roe@example.org\"}");
        var admin = Visitor.signedIn(api.workspace().admin());
        admin.post("/settings/erasures", Map.of("emails", "nonsense", "sure", "yes"))
                .then()
                .statusCode(422);
        var form = Map.of("emails", " John.Roe@example.org \n");
        admin.post("/settings/erasures", form)
                .then()
                .statusCode(422)
                .body(containsString("be undone"), containsString("John.Roe@example.org"));
        admin.post("/settings/erasures", Map.of("emails", form.get("emails"), "sure", "yes"))
                .then()
                .statusCode(303);
        Await.until(
                "the end of the erasure",
                Duration.ofSeconds(20),
                () -> admin.get("/settings/erasures").asString(),
                page -> page.contains("Done") && !page.contains("Running"));
        assertThat(traces("john.roe")).isEmpty();
        assertThat(api.get("/events/" + event).getString("data.event")).isEqualTo("lead.created");
    }

    @Test
    @DisplayName("works in several steps, and changes no other workspace")
    void pieces() throws SQLException {
        var other = Api.ofNewWorkspace();
        var kept = other.publish("lead.created", "{\"id\":\"1\",\"visitor_email\":\"kim@example.net\"}");
        for (int i = 0; i < 3; i++) {
            api.publishMany("lead.created", 90);
            api.publish("lead.created", "{\"id\":\"last\",\"visitor_email\":\"kim@example.net\"}");
        }
        var done = erase(Map.of("workspace_id", api.workspace().id(), "emails", List.of("kim@example.net")));
        assertThat(done.getInt("data.events")).isEqualTo(3);
        assertThat(other.get("/events").getString("data.find { it.id == '" + kept + "' }.payload.data.visitor_email"))
                .isEqualTo("kim@example.net");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"workspace_id\":\"ws_none00000000\",\"emails\":[\"a@example.com\"]}",
                "{\"workspace_id\":\"%s\"}",
                "{\"workspace_id\":\"%s\",\"emails\":[\"nobody\"]}",
                "{\"workspace_id\":\"%s\",\"records\":[null]}",
                "{\"workspace_id\":\"%s\",\"email\":[\"a@example.com\"]}"
            })
    @DisplayName("rejects invalid requests")
    void refuses(String body) {
        asPublisher()
                .body(body.formatted(api.workspace().id()))
                .post("/api/v1/internal/erasures")
                .then()
                .statusCode(400);
    }

    private JsonPath erase(Map<String, Object> wanted) {
        String id = asPublisher()
                .body(wanted)
                .post("/api/v1/internal/erasures")
                .then()
                .statusCode(202)
                .body("data.status", equalTo("running"))
                .extract()
                .path("data.id");
        return Await.until(
                        "the end of the erasure",
                        Duration.ofSeconds(30),
                        () -> asPublisher().get("/api/v1/internal/erasures/" + id),
                        answer -> answer.jsonPath().getString("data.status").equals("done"))
                .jsonPath();
    }

    private static RequestSpecification asPublisher() {
        return given().header("Authorization", "Bearer test-publisher-token").contentType("application/json");
    }

    /** The tables and columns that contain a text in any case. */
    private static List<String> traces(String text) throws SQLException {
        var found = new ArrayList<String>();
        try (var connection = HostDatabase.connect();
                var columns = connection
                        .createStatement()
                        .executeQuery("select c.relname, a.attname, a.atttypid = 'bytea'::regtype from pg_class c"
                                + " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
                                + " where c.relkind in ('r', 'p') and not c.relispartition"
                                + " and c.relnamespace = current_schema()::regnamespace")) {
            while (columns.next()) {
                var value = columns.getBoolean(3)
                        ? "encode(\"" + columns.getString(2) + "\", 'escape')"
                        : "\"" + columns.getString(2) + "\"::text";
                try (var rows = connection
                        .createStatement()
                        .executeQuery("select count(*) from \"" + columns.getString(1) + "\" where position('" + text
                                + "' in lower(" + value + ")) > 0")) {
                    rows.next();
                    if (rows.getInt(1) > 0) {
                        found.add(columns.getString(1) + "." + columns.getString(2));
                    }
                }
            }
        }
        return found;
    }
}
