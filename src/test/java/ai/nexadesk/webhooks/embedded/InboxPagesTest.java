package ai.nexadesk.webhooks.embedded;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.browser.Browser;
import ai.nexadesk.webhooks.testing.browser.Inspection;
import ai.nexadesk.webhooks.testing.browser.Viewport;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.UUID;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(InboxPagesTest.Evaluation.class)
@DisplayName("The test inbox")
class InboxPagesTest {

    private static final String MARKUP =
            "\"'></pre><img src=x onerror=alert(1)><script>alert(2)</script>{page.webhook}";

    private final Api api = Api.ofNewWorkspace();
    private final String inbox = "/inbox/" + UUID.randomUUID();

    /** Enables the evaluation mode. */
    public static class Evaluation implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("nexadesk.evaluation", "true");
        }
    }

    private String url() {
        return RestAssured.baseURI + ":" + RestAssured.port + inbox;
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @DisplayName("shows requests with their signatures, and responds as configured")
    @ValueSource(booleans = {true, false})
    void loop(boolean scripts) {
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.go(inbox);
            assertThat(browser.region("Received")).containsText("Nothing received yet.");
            var webhook = api.createWebhook(url(), "lead.created");
            if (!scripts) {
                browser.link("Reload").click();
            }
            var ping = browser.page().locator("summary").first();
            assertThat(ping).containsText("ping");
            assertThat(ping).containsText("Valid signature");
            ping.click();
            assertThat(browser.page().getByLabel("Body"))
                    .containsText(api.workspace().id());

            browser.page().getByLabel("Respond with").selectOption("503 Service Unavailable");
            browser.button("Apply").click();
            var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
            var seen = api.await(webhook, delivery, "retrying", 1);
            assertThat(seen.getInt("data.attempts[0].status_code")).isEqualTo(503);
            browser.go(inbox);
            assertThat(browser.page().locator("summary").first()).containsText("lead.created");
            assertThat(browser.page().getByLabel("Respond with")).hasValue("503");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("is accessible and free of errors, regardless of what is posted to it")
    void inspected(Viewport look) {
        try (var browser = look.open()) {
            var inspection = new Inspection(browser, look);
            inspection.visit("login-evaluation", "/login");
            inspection.visit("inbox-empty", inbox);
            given().header("X-Evil", MARKUP)
                    .header("X-NexaDesk-Event", MARKUP)
                    .body(MARKUP + "w".repeat(64 * 1024))
                    .post(inbox);
            inspection.visit("inbox-unknown", inbox);
            api.createWebhook(url(), "*");
            browser.go(inbox);
            assertThat(browser.page().getByText("Invalid signature")).isVisible();
            browser.page().locator("summary").first().click();
            inspection.check("inbox");
            assertThat(browser.page().locator("main :is(script, img, [onerror])"))
                    .hasCount(0);
            inspection.end();
        }
    }

    @Test
    @DisplayName("accepts no response that it does not offer")
    void unknownAnswer() {
        var token = ai.nexadesk.webhooks.testing.TestWorkspace.csrfToken();
        given().cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("reply", "999")
                .post(inbox + "/answer")
                .then()
                .statusCode(400);
    }
}
