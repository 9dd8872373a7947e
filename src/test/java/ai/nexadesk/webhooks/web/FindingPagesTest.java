package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Browser;
import ai.nexadesk.webhooks.testing.Receiver;
import com.microsoft.playwright.Browser.NewContextOptions;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("An agent who looks for something")
class FindingPagesTest {

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/leads"), "lead.created");
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("finds an event by its id, where it went and where not, and goes on to its delivery and back")
    void event(boolean scripts) {
        var other = api.createWebhook(receiver.url("/contacts"), "contact.created");
        api.patch("/webhooks/" + other, Map.of("description", "Address book"));
        var event = api.publish("lead.created", "{\"id\":\"1\"}");
        api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);
        try (var browser = open(scripts)) {
            browser.link("Find an event").click();
            browser.page().getByLabel("Event ID").fill("evt_none");
            browser.button("Find").click();
            assertThat(browser.page().getByText("No event has this ID")).isVisible();
            browser.page().getByLabel("Event ID").fill(event);
            browser.button("Find").click();
            assertThat(browser.rows()).hasCount(2);
            assertThat(browser.rows().last()).containsText("was not subscribed");
            assertThat(browser.rows().last()).containsText(receiver.url("/contacts"));
            assertThat(browser.link("Address book")).isVisible();
            browser.link("Delivered").click();
            assertThat(browser.heading("lead.created")).isVisible();
            browser.link(event).click();
            assertThat(browser.rows()).hasCount(2);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("reads about an event type, and goes on to who subscribed to it and to the guides")
    void eventType(boolean scripts) {
        try (var browser = open(scripts)) {
            browser.link("Event types").click();
            browser.link("lead.created").click();
            assertThat(browser.heading("lead.created")).isVisible();
            assertThat(browser.page().getByLabel("Example payload")).containsText("visitor_name");
            assertThat(browser.page().getByLabel("JSON Schema of data")).containsText("pipeline_stage");
            browser.link(receiver.url("/leads")).click();
            assertThat(browser.heading(receiver.url("/leads"))).isVisible();
            browser.link("Guides").click();
            browser.link("Signatures").first().click();
            assertThat(browser.heading("Verify a request")).isVisible();
            assertThat(browser.page().locator(".breadcrumbs [aria-current]")).hasText("Signatures");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private Browser open(boolean scripts) {
        var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts));
        browser.signIn(api.workspace().agent());
        return browser;
    }
}
