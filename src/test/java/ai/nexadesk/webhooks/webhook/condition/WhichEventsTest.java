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
@DisplayName("Which events a webhook gets")
class WhichEventsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    @Test
    @DisplayName("can be said with a pattern: everywhere it stands for all types of its kind")
    void patterns() {
        var webhook = api.createWebhook(receiver.url("/"), "lead.created", "message.created", "lead.*");
        assertThat(api.get("/webhooks/" + webhook).getList("data.events"))
                .containsExactly("message.created", "lead.*");
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

        post("/settings/webhooks/" + webhook + "/edit", Map.of("url", receiver.url("/"), "events", List.of("contact.*")));
        page().get("/settings/webhooks/" + webhook + "/edit").then().body(containsString("value=\"contact.*\" data-all checked"));
        assertThat(api.get("/webhooks/" + webhook).getList("data.events")).containsExactly("contact.*");
    }

    @Test
    @DisplayName("names what is no type and no pattern")
    void unknownPatterns() {
        for (var wrong : List.of("leads.*", "lead.", "*.created", "lead.created.*", ".*", "**", "ping")) {
            api.post("/webhooks", Map.of("url", receiver.url("/"), "events", List.of(wrong)))
                    .then()
                    .statusCode(400)
                    .body("fields.events[0]", containsString("Unknown event type \"" + wrong + "\""))
                    .body("fields.events[0]", containsString("lead.*"));
        }
    }

    private JsonPath trace(String event) {
        var trace = api.get("/events/" + event);
        return trace.setRootPath("data.webhooks[0]");
    }

    private void enable(String webhook, boolean enabled) {
        api.patch("/webhooks/" + webhook, Map.of("enabled", enabled)).then().statusCode(200);
    }

    /** Recovers all that was missed, and tells how much it was. */
    private int recover(String webhook) {
        var since = Instant.now().minusSeconds(60).toString();
        String job = api.post("/webhooks/" + webhook + "/recover", Map.of("since", since))
                .then()
                .statusCode(202)
                .extract()
                .path("data.job.id");
        return Await.until(
                        "the job is done",
                        PATIENCE,
                        () -> api.get("/jobs/" + job),
                        found -> !found.getString("data.status").equals("running"))
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
