package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

@QuarkusTest
@DisplayName("The list of webhooks and their changes")
class WebhookListTest {

    private static final String ROOT = "/api/v1/external";

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("can be sorted by every member, also in parts")
    void sort() {
        var c = api.createWebhook(receiver.url("/c"), "*");
        var a = api.createWebhook(receiver.url("/a"), "*");
        var b = api.createWebhook(receiver.url("/b"), "*");
        assertThat(ids("")).containsExactly(c, a, b);
        assertThat(ids("?sort=created_at:desc")).containsExactly(b, a, c);
        assertThat(ids("?sort=url:asc")).containsExactly(a, b, c);
        var first = api.get("/webhooks?sort=url:desc&limit=2");
        assertThat(first.getList("data.id")).containsExactly(c, b);
        assertThat(ids("?sort=url:desc&limit=2&cursor=" + first.getString("pagination.next_cursor")))
                .containsExactly(a);
        for (var other : List.of("", "sort=url:asc&", "sort=created_at:desc&")) {
            api.request()
                    .get(ROOT + "/webhooks?" + other + "limit=2&cursor=" + first.getString("pagination.next_cursor"))
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("invalid_cursor"))
                    .body("error", containsString("different sort order"));
        }
    }

    @Test
    @DisplayName("can be deleted part by part, because a part starts after the previous one even if that is gone")
    void deletePartByPart() {
        var ids = List.of(
                api.createWebhook(receiver.url("/a"), "*"),
                api.createWebhook(receiver.url("/b"), "*"),
                api.createWebhook(receiver.url("/c"), "*"));
        var part = api.get("/webhooks?limit=1");
        for (var id : ids) {
            assertThat(part.getList("data.id")).containsExactly(id);
            api.delete("/webhooks/" + id).then().statusCode(200);
            var next = part.getString("pagination.next_cursor");
            if (next != null) {
                part = api.get("/webhooks?limit=1&cursor=" + next);
            }
        }
        assertThat(ids("")).isEmpty();
    }

    @Test
    @DisplayName("work like the other lists")
    void otherLists() {
        assertThat(api.get("/event-types?sort=type:asc&limit=2").getList("data.type"))
                .containsExactly("contact.created", "contact.updated");
        assertThat(api.get("/event-types?sort=type:desc&limit=1").getList("data.type"))
                .containsExactly("message.created");
        var webhook = api.createWebhook(receiver.url("/a"), "*");
        var older = job(webhook);
        var newer = job(webhook);
        assertThat(api.get("/jobs").getList("data.id")).containsExactly(newer, older);
        assertThat(api.get("/jobs?sort=created_at:asc").getList("data.id")).containsExactly(older, newer);
        assertThat(api.get("/jobs?sort=created_at:desc").getList("data.id")).containsExactly(newer, older);
    }

    @ParameterizedTest(name = "{0} delivered and {1} failed: {2}")
    @CsvSource({
        "0, 3, 100.0 %",
        "3, 0, 0.0 %",
        "2, 1, 33.3 %",
        "50000, 1, < 0.1 %",
        "1, 50000, > 99.9 %",
        "999, 1, 0.1 %"
    })
    @DisplayName("show a failure rate of neither 0% nor 100% if some attempts failed and some did not")
    void failureRate(long delivered, long failed, String rate) {
        assertThat(WebhookPages.failureRate(new WebhookStats.Day(0, 0, 0, 0, delivered + failed, failed, null, null)))
                .isEqualTo(rate);
    }

    private String job(String webhook) {
        return api.post("/webhooks/" + webhook + "/deliveries/retry", java.util.Map.of("status", "failed"))
                .path("data.job.id");
    }

    @ParameterizedTest
    @DisplayName("report an invalid order")
    @ValueSource(strings = {"url", "url:up", "secret:asc", "url:asc,id:asc", "URL:asc"})
    void invalidSort(String sort) {
        api.request()
                .queryParam("sort", sort)
                .get(ROOT + "/webhooks")
                .then()
                .statusCode(400)
                .body("code", equalTo("validation_failed"))
                .body("fields", hasKey("sort"));
    }

    @Test
    @DisplayName("filter by status, event and text, several values at once")
    void filters() {
        var lead = api.createWebhook(receiver.url("/lead"), "lead.created");
        var all = api.createWebhook(receiver.url("/all"), "*");
        var contact = api.createWebhook(receiver.url("/contact"), "contact.created");
        api.patch("/webhooks/" + lead, Map.of("enabled", false, "description", "Old CRM"))
                .then()
                .statusCode(200);
        assertThat(api.get("/webhooks?status=disabled").getList("data.id")).containsExactly(lead);
        assertThat(api.get("/webhooks?status=disabled,active&event=lead.created")
                        .getList("data.id"))
                .containsExactly(lead, all);
        assertThat(api.get("/webhooks?event=lead.created,contact.created&sort=created_at:desc")
                        .getList("data.id"))
                .containsExactly(contact, all, lead);
        assertThat(api.get("/webhooks?q=old crm").getList("data.id")).containsExactly(lead);
        assertThat(api.get("/webhooks?q=/CONTACT").getInt("pagination.total_count"))
                .isEqualTo(1);
        for (var wrong : List.of("status=activ", "event=lead.creatd", "status=,")) {
            api.request().get(ROOT + "/webhooks?" + wrong).then().statusCode(400);
        }
    }

    @Test
    @DisplayName("work like the log, which is sorted by time only")
    void log() {
        assertThat(api.get("/deliveries?sort=created_at:desc").getList("data")).isEmpty();
        api.request()
                .get(ROOT + "/deliveries?sort=event:asc")
                .then()
                .statusCode(400)
                .body("error", containsString("sort must be created_at:desc or created_at:asc"));
        api.request()
                .get(ROOT + "/deliveries?stauts=failed")
                .then()
                .statusCode(400)
                .body("fields", hasKey("stauts"));
    }

    @Test
    @DisplayName("keep the members that a change omits, and accept null only for the description")
    void patch() {
        var id = api.createWebhook(receiver.url("/"), "lead.created");
        api.patch("/webhooks/" + id, Map.of("description", "CRM")).then().statusCode(200);
        api.patch("/webhooks/" + id, "{}")
                .then()
                .statusCode(200)
                .body("data.description", equalTo("CRM"))
                .body("data.events", equalTo(List.of("lead.created")));
        api.patch("/webhooks/" + id, "{\"description\":null}")
                .then()
                .statusCode(200)
                .body("data.description", equalTo(""));
        api.patch("/webhooks/" + id, "{\"events\":null}")
                .then()
                .statusCode(200)
                .body("data.events", equalTo(List.of("lead.created")));
        for (var member : List.of("url", "enabled")) {
            api.patch("/webhooks/" + id, "{\"" + member + "\":null}")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo("wrong_type"))
                    .body("fields", hasKey(member));
        }
        assertThat(api.get("/webhooks/" + id).getString("data.status")).isEqualTo("active");
    }

    @ParameterizedTest
    @DisplayName("are rejected with the name of the wrong member")
    @ValueSource(
            strings = {
                "{\"secret\":\"x\"}|unknown_member|secret",
                "{\"events\":\"*\"}|wrong_type|events",
                "{\"enabled\":\"yes\"}|wrong_type|enabled",
                "{\"url\":5}|wrong_type|url",
                "{\"events\":[]}|validation_failed|events",
                "{\"events\":[\"*\",\"lead.made\"]}|validation_failed|events",
                "{\"events\":[\"*\",null]}|validation_failed|events",
                "{\"description\":\"\\ud83d\"}|validation_failed|description",
                "{\"enabled\":true,\"enabled\":false}|duplicate_member|enabled",
                "[]|malformed_json|",
                "null|malformed_json|",
                "|malformed_json|"
            })
    void refused(String row) {
        var id = api.createWebhook(receiver.url("/"), "lead.created");
        var part = row.split("\\|", -1);
        var answer =
                api.patch("/webhooks/" + id, part[0]).then().statusCode(400).body("code", equalTo(part[1]));
        if (!part[2].isEmpty()) {
            answer.body("fields", hasKey(part[2]));
        }
    }

    private List<String> ids(String query) {
        return api.get("/webhooks" + query).getList("data.id");
    }
}
