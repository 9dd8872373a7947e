package ai.nexadesk.webhooks.delivery.eventtrace;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("The trace of an event")
class EventTraceTest {

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("says for every webhook whether it received the event, and if not, why")
    void reasons() throws Exception {
        try (var receiver = Receiver.start()) {
            var active = api.createWebhook(receiver.url("/active"), "*");
            var other = api.createWebhook(receiver.url("/other"), "contact.created");
            var disabled = api.createWebhook(receiver.url("/disabled"), "lead.created");
            api.patch("/webhooks/" + disabled, Map.of("enabled", false));
            var deleted = api.createWebhook(receiver.url("/deleted"), "lead.created");
            api.delete("/webhooks/" + deleted);
            receiver.answer(Answer.status(500));
            var unverified = api.createWebhook(receiver.url("/unverified"), "lead.created");
            receiver.answer(Answer.status(200));
            Api.publish("{\"id\":\"a/b c\",\"event\":\"lead.created\",\"workspace_id\":\""
                            + api.workspace().id() + "\",\"data\":{}}")
                    .then()
                    .statusCode(400);
            rename(api.publish("lead.created", "{}"), "a/b");
            var later = api.createWebhook(receiver.url("/later"), "*");
            // Their current settings do not matter.
            api.patch("/webhooks/" + disabled, Map.of("enabled", true, "events", new String[] {"contact.created"}));
            api.patch("/webhooks/" + other, Map.of("events", new String[] {"*"}));
            api.delete("/webhooks/" + unverified);

            var trace = api.get("/events/a/b");
            assertThat(trace.getString("data.event")).isEqualTo("lead.created");
            assertThat(reason(trace, active)).isEqualTo("sent");
            assertThat(reason(trace, other)).isEqualTo("not_subscribed");
            assertThat(reason(trace, disabled)).isEqualTo("disabled");
            assertThat(reason(trace, deleted)).isEqualTo("deleted");
            assertThat(reason(trace, unverified)).isEqualTo("unverified");
            assertThat(reason(trace, later)).isEqualTo("created_later");
            assertThat(trace.getString(of(active) + ".delivery_id")).startsWith("dlv_");
            assertThat(trace.getBoolean(of(active) + ".got")).isTrue();
            assertThat(trace.getString(of(disabled) + ".explanation")).contains("Disabled by Test key.");
            assertThat(trace.getBoolean(of(disabled) + ".recoverable")).isTrue();
            assertThat(trace.getBoolean(of(unverified) + ".recoverable"))
                    .as("it was deleted since")
                    .isFalse();

            var session = TestWorkspace.signIn(api.workspace().agent());
            given().cookie(TestWorkspace.SESSION, session)
                    .get("/settings/find-event?id=a/b")
                    .then()
                    .statusCode(200)
                    .body(containsString("was not subscribed"))
                    .body(containsString("created after the event"));
            given().cookie(TestWorkspace.SESSION, session)
                    .get("/settings/find-event?id=nothing")
                    .then()
                    .statusCode(200)
                    .body(containsString("No event has this ID"));
        }
    }

    /** Renames an event to an ID that can no longer be published. */
    private void rename(String event, String id) {
        for (var table : new String[] {"event", "event_id"}) {
            new Sql().run("update " + table + " set id = ? where id = ?", id, event);
        }
        new Sql().run("update delivery set event_id = ? where event_id = ?", id, event);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "//a/", "a;b=c", "a\\b", "100%25", "a?b#c", "~a_-.!*'()", "%2F", "\"<a>&amp;"})
    @DisplayName("is found for every ID that an earlier version accepted")
    void anyId(String id) {
        rename(api.publish("lead.created", "{}"), id);
        api.request()
                .get("/api/v1/external/events/{id}", id)
                .then()
                .statusCode(200)
                .body("data.id", equalTo(id));
    }

    @Test
    @DisplayName("lists a limited number of webhooks, existing ones first, and says if there are more")
    void bounded() {
        var event = api.publish("lead.created", "{}");
        insertWebhooks("deleted", EventTraces.WEBHOOKS_NAMED - 1, true);
        insertWebhooks("live", 1, false);
        var whole = api.get("/events/" + event);
        assertThat(whole.getList("data.webhooks")).hasSize(EventTraces.WEBHOOKS_NAMED);
        assertThat(whole.getBoolean("data.truncated")).isFalse();
        assertThat(page(event)).doesNotContain("There are more");

        insertWebhooks("live2", 1, false);
        var part = api.get("/events/" + event);
        assertThat(part.getList("data.webhooks")).hasSize(EventTraces.WEBHOOKS_NAMED);
        assertThat(part.getBoolean("data.truncated")).isTrue();
        assertThat(part.getList("data.webhooks.deleted", Boolean.class).subList(0, 3))
                .containsExactly(false, false, true);
        assertThat(page(event)).contains("Only the first 1,000 webhooks are shown. There are more");
        var sql = new Sql();
        sql.run("delete from webhook_history where webhook_id in (select id from webhook where length(secret) = 0)");
        sql.run("delete from webhook where length(secret) = 0");
    }

    private void insertWebhooks(String name, int count, boolean deleted) {
        new Sql().run("""
                        insert into webhook (id, workspace_id, url, events, status, secret, created_at, updated_at, deleted_at)
                        select 'wh_' || ? || n || ?, ?, 'https://example.com/', '{*}', 'disabled', '', now(), now(),
                            case when ? then now() end
                        from generate_series(1, ?) n
                        """, name, api.workspace().id(), api.workspace().id(), deleted, count);
    }

    private String page(String event) {
        return given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().agent()))
                .get("/settings/find-event?id=" + event)
                .asString();
    }

    @Test
    @DisplayName("of a test event lists only its webhook, and publishers cannot use such IDs")
    void testEvent() throws Exception {
        try (var receiver = Receiver.start()) {
            var tested = api.createWebhook(receiver.url("/"), "*");
            var other = api.createWebhook(receiver.url("/"), "*");
            String delivery = api.post("/webhooks/" + tested + "/test", Map.of("event", "lead.created"))
                    .path("data.delivery_id");
            var event = api.delivery(tested, delivery).getString("data.event_id");
            assertThat(event).startsWith("evt_test_");
            var trace = api.get("/events/" + event);
            assertThat(reason(trace, tested)).isEqualTo("sent");
            assertThat(reason(trace, other)).isEqualTo("only_for_another");
            Api.publish("{\"id\":\"evt_test_1\",\"event\":\"lead.created\",\"workspace_id\":\""
                            + api.workspace().id() + "\",\"data\":{}}")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_id"));
        }
    }

    @Test
    @DisplayName("is not found for another workspace or an unknown ID")
    void notFound() {
        var event = api.publish("lead.created", "{}");
        api.get("/events/" + event);
        Api.ofNewWorkspace()
                .request()
                .get("/api/v1/external/events/" + event)
                .then()
                .statusCode(404);
        api.request().get("/api/v1/external/events/nothing").then().statusCode(404);
    }

    private static String of(String webhook) {
        return "data.webhooks.find { it.webhook_id == '" + webhook + "' }";
    }

    private static String reason(io.restassured.path.json.JsonPath trace, String webhook) {
        return trace.getString(of(webhook) + ".reason");
    }
}
