package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("An agent who searches")
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
    @DisplayName("finds an event by its ID, which webhooks received it, and its delivery, and goes back")
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
    @DisplayName("reads about an event type, and opens its subscribers and the guides")
    void eventType(boolean scripts) {
        try (var browser = open(scripts)) {
            browser.link("Event types").click();
            browser.line("lead.created").click();
            assertThat(browser.heading("lead.created")).isVisible();
            assertThat(browser.page().getByLabel("Example payload")).containsText("visitor_name");
            var stage = browser.region("Fields of data")
                    .locator("tbody tr")
                    .filter(new Locator.FilterOptions().setHasText("pipeline_stage"));
            assertThat(stage).containsText("string: new, qualified, assigned, contacted, converted, lost");
            assertThat(stage).containsText("Stage in the pipeline");
            assertThat(stage).containsText("Always present");
            assertThat(browser.page().getByLabel("JSON Schema of data")).isHidden();
            browser.page()
                    .locator("summary", new Page.LocatorOptions().setHasText("JSON Schema"))
                    .click();
            assertThat(browser.page().getByLabel("JSON Schema of data")).containsText("pipeline_stage");
            browser.link(receiver.url("/leads")).click();
            assertThat(browser.heading(receiver.url("/leads"))).isVisible();
            browser.link("Guides").click();
            browser.link("Signatures").first().click();
            assertThat(browser.heading("Verify a request")).isVisible();
            assertThat(browser.page().getByLabel("receiver.mjs")).isVisible();
            browser.page().getByRole(AriaRole.RADIO).first().focus();
            browser.page().keyboard().press("ArrowRight");
            assertThat(browser.page().getByLabel("receiver.py")).isVisible();
            assertThat(browser.page().getByLabel("receiver.mjs")).isHidden();
            if (scripts) {
                browser.page().reload();
                assertThat(browser.page().getByLabel("receiver.py")).isVisible();
                browser.go("/settings/webhooks/" + webhook);
                assertThat(browser.page().getByLabel("receiver.py")).isVisible();
                browser.go("/docs/signatures");
            }
            assertThat(browser.page().locator(".breadcrumbs [aria-current]")).hasText("Signatures");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("opens a webhook, a page, an event or a delivery from anywhere, with the keyboard only")
    void palette() {
        api.patch("/webhooks/" + webhook, Map.of("description", "Orders of the shop"));
        var event = api.publish("lead.created", "{\"id\":\"1\"}");
        var delivery = api.deliveryOf(webhook, event);
        api.await(webhook, delivery, "delivered", 1);
        try (var browser = open(true)) {
            go(browser, "shop ORDERS");
            assertThat(browser.heading("Orders of the shop")).isVisible();
            go(browser, "background");
            assertThat(browser.heading("Background jobs")).isVisible();
            go(browser, delivery);
            assertThat(browser.page()).hasURL(Pattern.compile(".*/logs/" + delivery));
            go(browser, event);
            assertThat(browser.page()).hasURL(Pattern.compile(".*/find-event\\?id=" + event));
            assertThat(browser.rows()).hasCount(1);
            browser.page().getByLabel("Event ID").focus();
            browser.page().keyboard().press("Control+k");
            var goal = browser.page().getByRole(AriaRole.COMBOBOX);
            assertThat(goal).isFocused();
            assertThat(browser.page().locator("#goal-0")).containsText("Orders of the shop");
            browser.page().keyboard().press("ArrowDown");
            assertThat(goal).hasAttribute("aria-activedescendant", "goal-1");
            assertThat(browser.page().locator("#goal-1")).hasAttribute("aria-selected", "true");
            browser.page().keyboard().press("Escape");
            assertThat(goal).isHidden();
            assertThat(browser.page().getByLabel("Event ID")).isFocused();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void go(Browser browser, String goal) {
        browser.page().keyboard().press("Control+k");
        var field = browser.page().getByRole(AriaRole.COMBOBOX);
        field.fill(goal);
        assertThat(browser.page().getByRole(AriaRole.OPTION).first()).isVisible();
        // The webhooks may not have been loaded yet.
        assertThat(browser.page().getByRole(AriaRole.OPTION).first())
                .containsText(Pattern.compile(goal.split(" ")[0], Pattern.CASE_INSENSITIVE));
        field.press("Enter");
    }

    private Browser open(boolean scripts) {
        var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts));
        browser.signIn(api.workspace().agent());
        return browser;
    }
}
