package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@DisplayName("The selection of events that a webhook receives")
class WhichEventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("can use a pattern, which everywhere stands for all types of its resource")
    void patterns() {
        var webhook = api.createWebhook(receiver.url("/"), "lead.created", "message.created", "lead.*");
        assertThat(api.get("/webhooks/" + webhook).getList("data.events")).containsExactly("message.created", "lead.*");
        var got = api.publish("lead.deleted", "{}");
        var not = api.publish("contact.created", "{}");
        api.await(webhook, api.deliveryOf(webhook, got), "delivered", 1);
        assertThat(trace(got).getString("reason")).isEqualTo("sent");
        assertThat(trace(not).getString("reason")).isEqualTo("not_subscribed");
        assertThat(api.get("/webhooks?event=lead.updated").getList("data.id")).containsExactly(webhook);
        assertThat(api.get("/webhooks?event=contact.created").getList("data")).isEmpty();
        page().get("/settings/events/lead.updated").then().body(containsString(webhook));
        page().get("/settings/events/contact.updated").then().body(not(containsString(webhook)));
        page().get("/settings/webhooks").then().body(containsString("4 events"));

        enable(webhook, false);
        var missed = api.publish("lead.updated", "{}");
        api.publish("contact.updated", "{}");
        enable(webhook, true);
        assertThat(recover(webhook)).isEqualTo(1);
        api.await(webhook, api.deliveryOf(webhook, missed), "delivered", 1);

        post(
                "/settings/webhooks/" + webhook + "/edit",
                Map.of("url", receiver.url("/"), "events", List.of("contact.*")));
        page().get("/settings/webhooks/" + webhook + "/edit")
                .then()
                .body(containsString("value=\"contact.*\" data-all checked"));
        assertThat(api.get("/webhooks/" + webhook).getList("data.events")).containsExactly("contact.*");
    }

    @Test
    @DisplayName("reports unknown types and patterns")
    void unknownPatterns() {
        for (var wrong : List.of("leads.*", "lead.", "*.created", "lead.created.*", ".*", "**", "ping")) {
            api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of(wrong)))
                    .then()
                    .statusCode(400)
                    .body("fields.events[0]", containsString("Unknown event type \"" + wrong + "\""))
                    .body("fields.events[0]", containsString("lead.*"));
        }
    }

    private static Map<String, Object> conditions(String match, Object... rules) {
        return Map.of("match", match, "rules", List.of(rules));
    }

    private static Map<String, Object> rule(String field, String operator, Object value) {
        return Map.of("field", field, "operator", operator, "value", value);
    }

    private String filtered(Map<String, Object> conditions) {
        return api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of("*"), "conditions", conditions))
                .then()
                .statusCode(201)
                .body("data.conditions.rules.size()", equalTo(((List<?>) conditions.get("rules")).size()))
                .extract()
                .path("data.id");
    }

    @Test
    @DisplayName("depends on its conditions: other events get no delivery, and the trace says why")
    void keptBack() {
        var plain = api.createWebhook(receiver.url("/plain"), "*");
        var webhook = filtered(conditions("all", rule("pipeline_stage", "is", "new"), rule("amount", "greater", 10)));
        var got = api.publish("lead.created", "{\"pipeline_stage\":\"new\",\"amount\":11}");
        var not = api.publish("lead.created", "{\"pipeline_stage\":\"old\",\"amount\":11}");
        api.await(webhook, api.deliveryOf(webhook, got), "delivered", 1);
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?q=" + not).getList("data"))
                .isEmpty();
        api.await(plain, api.deliveryOf(plain, not), "delivered", 1);
        var trace = api.get("/events/" + not);
        assertThat(trace.getString("data.webhooks[1].reason")).isEqualTo("filtered");
        assertThat(trace.getString("data.webhooks[1].explanation")).isEqualTo("Filtered: pipeline_stage is new.");
        assertThat(trace.getBoolean("data.webhooks[1].got")).isFalse();
        page().get("/settings/find-event?id=" + not).then().body(containsString("Filtered: pipeline_stage is new."));

        api.post("/webhooks/" + webhook + "/test", Map.of("event", "lead.created"))
                .then()
                .statusCode(409)
                .body("code", equalTo("filtered"))
                .body("error", containsString("amount is greater than 10"));
        api.post(
                        "/webhooks/" + webhook + "/test",
                        Map.of("event", "lead.created", "data", Map.of("pipeline_stage", "new", "amount", 99)))
                .then()
                .statusCode(202);
    }

    @Test
    @DisplayName("changes with its conditions for all later events")
    void changedConditions() {
        var webhook = filtered(conditions("all", rule("n", "is", 0)));
        for (int i = 1; i <= 10; i++) {
            change(webhook, conditions("any", rule("n", "is", i)));
            var got = api.publish("lead.created", "{\"n\":" + i + "}");
            api.publish("lead.created", "{\"n\":" + (i - 1) + "}");
            api.deliveryOf(webhook, got);
        }
        assertThat(api.get("/webhooks/" + webhook + "/deliveries?event=lead.created")
                        .getInt("pagination.total_count"))
                .isEqualTo(10);
        api.patch("/webhooks/" + webhook, "{\"conditions\":null}")
                .then()
                .statusCode(200)
                .body("data.conditions.rules.size()", equalTo(0));
        api.deliveryOf(webhook, api.publish("lead.created", "{}"));
        var entry = api.get("/audit-log?limit=1").getString("data[0].changes");
        assertThat(entry).contains("conditions", "n is 10");
    }

    private void change(String webhook, Map<String, Object> conditions) {
        api.patch("/webhooks/" + webhook, Map.of("conditions", conditions))
                .then()
                .statusCode(200);
    }

    @Test
    @DisplayName("also applies to recovered events, by the conditions then and now")
    void recovered() {
        var webhook = filtered(conditions("all", rule("a", "is", 1)));
        enable(webhook, false);
        var missed = api.publish("lead.created", "{\"a\":1,\"b\":1}");
        api.publish("lead.created", "{\"a\":2,\"b\":1}");
        api.publish("lead.created", "{\"a\":1,\"b\":2}");
        change(webhook, conditions("all", rule("b", "is", 1)));
        enable(webhook, true);
        assertThat(recover(webhook)).isEqualTo(1);
        api.await(webhook, api.deliveryOf(webhook, missed), "delivered", 1);
        assertThat(recover(webhook)).isZero();
    }

    @Test
    @DisplayName("can exclude events caused by given API keys")
    void loops() {
        var webhook = api.createWebhook(receiver.url("/"), "*");
        api.patch("/webhooks/" + webhook, Map.of("ignore_actors", List.of("key_mine", "key_mine")))
                .then()
                .statusCode(200)
                .body("data.ignore_actors", equalTo(List.of("key_mine")));
        var mine = publishBy("api_key", "key_mine");
        var others = publishBy("api_key", "key_other");
        var person = publishBy("person", "key_mine");
        api.deliveryOf(webhook, others);
        api.deliveryOf(webhook, person);
        assertThat(trace(mine).getString("explanation")).isEqualTo("Filtered: caused by the API key key_mine.");
    }

    private String publishBy(String type, String id) {
        return publishWith("{}", "\"actor\":{\"type\":\"" + type + "\",\"id\":\"" + id + "\"}");
    }

    @Test
    @DisplayName("can depend on previous values, which the log shows and receivers do not get")
    void previous() {
        var webhook = filtered(conditions(
                "all",
                rule("changed", "contains", "stage"),
                rule("previous.stage", "is", "new"),
                rule("stage", "is", "won")));
        var got = publishWith("{\"stage\":\"won\"}", "\"changed\":[\"stage\"],\"previous\":{ \"stage\" : \"new\" }");
        var not = publishWith("{\"stage\":\"won\"}", "\"changed\":[\"stage\"],\"previous\":{\"stage\":\"old\"}");
        publishWith("{\"stage\":\"won\"}", "\"previous\":null");
        var delivery = api.await(webhook, api.deliveryOf(webhook, got), "delivered", 1);
        assertThat(delivery.getMap("data.previous")).isEqualTo(Map.of("stage", "new"));
        assertThat(delivery.getString("data.request_body")).doesNotContain("previous");
        page().get("/settings/webhooks/" + webhook + "/logs/" + delivery.getString("data.id"))
                .then()
                .body(containsString("{&quot;stage&quot;:&quot;new&quot;}"));
        assertThat(trace(not).getString("explanation")).isEqualTo("Filtered: previous.stage is new.");
        Api.publish(event("{}", "\"previous\":{\"a\":\"" + "x".repeat(32 * 1024) + "\"}"))
                .then()
                .statusCode(400)
                .body("code", equalTo("data_too_large"))
                .body("error", containsString("$.previous"))
                .body("error", containsString("32 KiB"));
        Api.publish(event("{}", "\"previous\":[]")).then().statusCode(400).body("code", equalTo("wrong_type"));
    }

    private String publishWith(String data, String more) {
        return Api.publish(event(data, more)).then().statusCode(202).extract().path("data.events[0].id");
    }

    private String event(String data, String more) {
        return "{\"event\":\"lead.created\",\"workspace_id\":\""
                + api.workspace().id() + "\",\"data\":" + data + "," + more + "}";
    }

    @Test
    @DisplayName("can be tried on recent events, stored or not, even those that no webhook received")
    void tried() {
        var webhook = filtered(conditions("all", rule("n", "greater", 1)));
        for (int i = 0; i < 4; i++) {
            api.publish("lead.created", "{\"n\":" + i + "}");
        }
        api.post("/webhooks/" + webhook + "/conditions/try", "{}")
                .then()
                .statusCode(200)
                .body("data.tried", equalTo(4))
                .body("data.matching", equalTo(2))
                .body("data.events[0].matches", equalTo(true))
                .body("data.events[3].reason", equalTo("n is greater than 1"));
        api.post(
                        "/webhooks/" + webhook + "/conditions/try",
                        Map.of("conditions", conditions("all", rule("n", "less", 1))))
                .then()
                .body("data.matching", equalTo(1));
        api.post(
                        "/webhooks/" + webhook + "/conditions/try",
                        Map.of("conditions", conditions("some", rule("n", "like", 1))))
                .then()
                .statusCode(400)
                .body("fields.'conditions.match'[0]", equalTo("Use all or any."))
                .body("fields.'conditions.rules[0].operator'[0]", containsString("is_one_of"));
    }

    @Test
    @DisplayName("is set in the form, one condition per row, and can be tried there before saving")
    void form() {
        var webhook = api.createWebhook(receiver.url("/"), "*");
        api.publish("lead.created", "{\"tags\":[\"vip\"]}");
        api.publish("lead.created", "{\"tags\":[]}");
        var path = "/settings/webhooks/" + webhook + "/edit";
        var form = new java.util.HashMap<String, Object>(Map.of(
                "url", receiver.url("/"),
                "events", List.of("*"),
                "condition_match", "any",
                "condition_field", List.of("", "tags", "stage"),
                "condition_operator", List.of("is", "contains", "is_one_of"),
                "condition_value", List.of("", "vip", "new, old")));
        form.put("action", "add");
        post(path, form).then().statusCode(200).body(containsString("Field of condition 4"));
        form.put("action", "try");
        post(path, form)
                .then()
                .statusCode(200)
                .body(containsString("1 of the last 2 events would be sent."))
                .body(containsString("tags contains vip or stage is one of new, old"));
        assertThat(api.get("/webhooks/" + webhook).getList("data.conditions.rules"))
                .as("not saved")
                .isEmpty();
        form.remove("action");
        post(path, form).then().statusCode(303);
        var saved = api.get("/webhooks/" + webhook);
        assertThat(saved.getString("data.conditions.match")).isEqualTo("any");
        assertThat(saved.getList("data.conditions.rules.value")).isEqualTo(List.of("vip", List.of("new", "old")));
        var edit = page().get(path)
                .then()
                .body(containsString("value=\"new, old\""))
                .extract();
        String was = edit.htmlPath().getString("**.find { it.@name == 'original_conditions' }.@value");

        change(webhook, conditions("all", rule("meanwhile", "is", 1)));
        form.put("original_url", receiver.url("/"));
        form.put("original_description", "");
        form.put("original_events", "*");
        form.put("original_conditions", was);
        post(path, form).then().statusCode(409).body(containsString("meanwhile is 1"));
        form.remove("original_conditions");
        form.put("condition_value", List.of("", "", "new"));
        post(path, form).then().statusCode(422).body(containsString("Enter a value."));
    }

    @Test
    @DisplayName("is kept as stored, and not reset, by a form that changes only other settings")
    void untouchedInForm() {
        var webhook = filtered(conditions(
                "all", rule("city", "is_one_of", List.of("Berlin, Germany", "Rome")), rule("vip", "is", true)));
        api.patch("/webhooks/" + webhook, Map.of("ignore_actors", List.of("key_two", "key_one")));
        var stored = api.get("/webhooks/" + webhook).getMap("data.conditions");
        var path = "/settings/webhooks/" + webhook + "/edit";
        var opened = shownForm(path);
        assertThat(opened).containsEntry("condition_value", List.of("Berlin, Germany, Rome", "true", "", ""));
        opened.put("description", "Orders");
        opened.put("ignore_actors", List.of("key_one", "key_two"));
        post(path, opened).then().statusCode(303);
        assertThat(api.get("/webhooks/" + webhook).getMap("data"))
                .containsEntry("description", "Orders")
                .containsEntry("conditions", stored);

        opened = shownForm(path);
        opened.put("ignore_actors", List.of("key_three"));
        post(path, opened).then().statusCode(303);
        assertThat(api.get("/webhooks/" + webhook).getMap("data"))
                .containsEntry("ignore_actors", List.of("key_three"))
                .containsEntry("conditions", stored);

        opened = shownForm(path);
        change(webhook, conditions("any", rule("meanwhile", "is", 1)));
        var shown = post(path, opened).then().statusCode(409).extract();
        assertThat(shown.htmlPath().getList("**.findAll { it.@name == 'condition_value' }.@value"))
                .containsExactly("1", "", "");
    }

    /** The values of a page's form as a browser would send them, without those of lists and checkboxes. */
    private Map<String, Object> shownForm(String path) {
        var fields = new java.util.HashMap<String, Object>(Map.of(
                "events", List.of("*"), "condition_match", "all", "condition_operator", List.of("is_one_of", "is")));
        var page = page().get(path).htmlPath();
        for (var name : new java.util.HashSet<>(page.<String>getList("**.findAll { it.name() == 'input' }.@name"))) {
            var values =
                    page.<String>getList("**.findAll { it.@name == '" + name + "' && it.@type != 'checkbox' }.@value");
            if (!values.isEmpty() && !name.equals("csrf-token")) {
                fields.put(name, values);
            }
        }
        return fields;
    }

    @Test
    @DisplayName("is another one if its values differ only in a comma, and cannot compare with spaces only")
    void commas() {
        var webhook = filtered(conditions("all", rule("city", "is_one_of", List.of("a, b"))));
        var path = "/api/v1/external/webhooks/" + webhook;
        var before = api.request().get(path);
        change(webhook, conditions("all", rule("city", "is_one_of", List.of("a", "b"))));
        var after = api.request().get(path);
        assertThat(after.header("ETag")).isNotEqualTo(before.header("ETag"));
        assertThat(after.<String>path("data.updated_at")).isNotEqualTo(before.path("data.updated_at"));
        assertThat(api.get("/audit-log?limit=1").getMap("data[0].changes[0]"))
                .containsEntry("before", "city is one of \"a, b\"")
                .containsEntry("after", "city is one of a, b");
        api.patch("/webhooks/" + webhook, Map.of("conditions", conditions("all", rule("city", "is", " "))))
                .then()
                .statusCode(400)
                .body("fields.'conditions.rules[0].value'[0]", containsString("characters"));
    }

    @Test
    @DisplayName("can be filtered by record: in the log, in REST and in bulk retries")
    void byRecord() {
        var webhook = api.createWebhook(receiver.url("/"), "*");
        var one = api.publish("lead.created", "{\"id\":\"one\"}");
        var other = api.publish("lead.updated", "{\"id\":\"other\"}");
        var log = "/webhooks/" + webhook + "/deliveries";
        assertThat(api.get(log + "?record=lead:one").getList("data.event_id")).containsExactly(one);
        assertThat(api.get(log + "?record=lead:one").getList("data.record")).containsExactly("lead:one");
        assertThat(api.get(log + "?record=lead:one&event=lead.updated").getList("data"))
                .isEmpty();
        assertThat(api.get("/deliveries?record=lead:other").getList("data.event_id"))
                .containsExactly(other);
        api.post(log + "/retry", Map.of("status", "failed", "record", "lead:none", "dry_run", true))
                .then()
                .statusCode(200)
                .body("data.matching", equalTo(0));
        page().get("/settings/webhooks/" + webhook + "/logs?record=lead:one")
                .then()
                .statusCode(200)
                .body(containsString(">lead:one</a>"))
                .body(containsString("value=\"lead:one\""))
                .body(not(containsString("lead:other")));
        page().get("/settings/webhooks/" + webhook + "/logs/" + api.deliveryOf(webhook, one))
                .then()
                .body(containsString("logs?record=lead%3Aone"));
    }

    private JsonPath trace(String event) {
        var trace = api.get("/events/" + event);
        return trace.setRootPath("data.webhooks[0]");
    }

    private void enable(String webhook, boolean enabled) {
        api.patch("/webhooks/" + webhook, Map.of("enabled", enabled)).then().statusCode(200);
    }

    /** Recovers all missed events, and returns their number. */
    private int recover(String webhook) {
        var since = Instant.now().minusSeconds(60).toString();
        String job = api.post("/webhooks/" + webhook + "/recover", Map.of("since", since))
                .then()
                .statusCode(202)
                .extract()
                .path("data.job.id");
        return Await.until("the job is done", PATIENCE, () -> api.get("/jobs/" + job), found -> !found.getString(
                                "data.status")
                        .equals("running"))
                .getInt("data.made");
    }

    private RequestSpecification page() {
        return given().cookie(
                        TestWorkspace.SESSION,
                        TestWorkspace.signIn(api.workspace().admin()))
                .redirects()
                .follow(false);
    }

    private io.restassured.response.Response post(String path, Map<String, ?> form) {
        var token = TestWorkspace.csrfToken();
        return page().cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParams(form)
                .post(path);
    }
}
