package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** Tests the settings for a member who is not an admin. */
@QuarkusTest
@DisplayName("Under Settings > Webhooks, an agent")
class AgentTest {

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String webhook;
    private String delivery;

    @BeforeEach
    void fail() throws Exception {
        receiver = Receiver.start();
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        receiver.answer(Answer.status(500));
        delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"lead-77\"}"));
        api.await(webhook, delivery, "retrying", 1);
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @Test
    @DisplayName("can read everything and finds no button that makes changes")
    void looks() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().agent());
            assertThat(browser.rows()).containsText(receiver.url("/hook"));
            for (var path : List.of("", "/" + webhook, "/" + webhook + "/logs", "/" + webhook + "/logs/" + delivery)) {
                browser.go("/settings/webhooks" + path);
                assertThat(browser.page().locator("h1")).isVisible();
                assertThat(browser.page().locator("main form[method=post]")).hasCount(0);
                assertThat(browser.page().locator("main [hx-target='#dialog']")).hasCount(0);
            }
            assertThat(browser.page().getByLabel("Request body")).containsText("lead-77");
            browser.go("/settings/webhooks/" + webhook);
            assertThat(browser.region("Signing secret")).containsText("Hidden. Ask a workspace admin.");
            browser.go("/settings/webhooks/new");
            assertThat(browser.page().locator("main")).containsText("Ask a workspace admin.");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("cannot do what a page does not offer, even with a forged form")
    void isRefused() {
        var session = TestWorkspace.signIn(api.workspace().agent());
        var token = TestWorkspace.csrfToken();
        receiver.clear();
        for (var path : List.of(
                "new",
                webhook + "/edit",
                webhook + "/ping",
                webhook + "/enable",
                webhook + "/disable",
                webhook + "/delete",
                webhook + "/secret",
                webhook + "/secret/rotate",
                webhook + "/secret/switch",
                webhook + "/test",
                webhook + "/logs/retry",
                webhook + "/logs/" + delivery + "/retry")) {
            var answer = given().redirects()
                    .follow(false)
                    .cookie(TestWorkspace.SESSION, session)
                    .cookie("nexadesk-csrf", token)
                    .formParam("csrf-token", token)
                    .formParam("url", receiver.url("/other"))
                    .formParam("events", "*")
                    .post("/settings/webhooks/" + path);
            assertThat(answer.statusCode()).as(path).isEqualTo(403);
            assertThat(answer.asString()).contains("Ask a workspace admin.").doesNotContain("whsec_");
        }
        var webhooks = api.get("/webhooks");
        assertThat(webhooks.getList("data.url")).containsExactly(receiver.url("/hook"));
        assertThat(webhooks.getString("data[0].status")).isEqualTo("active");
        assertThat(receiver.requests()).isEmpty();
    }
}
