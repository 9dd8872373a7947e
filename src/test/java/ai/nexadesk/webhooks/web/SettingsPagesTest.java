package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** Tests what an admin does under Settings &gt; Webhooks, in a browser with scripts. */
@QuarkusTest
@DisplayName("Under Settings > Webhooks, an admin")
class SettingsPagesTest {

    private static final Pattern A_SECRET = Pattern.compile("whsec_[A-Za-z0-9+/]{43}=");
    private static final Pattern MILLISECONDS = Pattern.compile("\\d+ ms");

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private Browser browser;
    private Page page;

    @BeforeEach
    void signIn() throws Exception {
        browser = Browser.open();
        page = browser.page();
        receiver = Receiver.start();
        browser.signIn(api.workspace().admin());
    }

    @AfterEach
    void close() throws Exception {
        if (receiver != null) {
            receiver.close();
        }
        browser.close();
    }

    @Test
    @DisplayName("adds a webhook, sees the response to its ping and, once, its secret, and reveals it again")
    void add() {
        assertThat(page.getByText("Send NexaDesk events to your own systems. Add your first webhook."))
                .isVisible();
        browser.link("Add Webhook").click();
        page.getByLabel("Endpoint URL").fill(receiver.url("/hook"));
        page.getByLabel("lead.created").check();
        page.getByLabel("All contact events").check();
        browser.button("Save").click();

        assertThat(browser.flash()).containsText("Saved. Your endpoint responded with 200 in ");
        assertThat(browser.heading(receiver.url("/hook"))).isVisible();
        var secret = browser.region("Signing secret");
        assertThat(secret).containsText(A_SECRET);
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        browser.button("Copy the secret").click();
        assertThat(browser.button("Copied the secret")).isVisible();
        assertThat(page.locator("#announcer")).hasText("Copied to the clipboard.");
        assertThat(page.locator("#current-secret"))
                .hasText(page.evaluate("navigator.clipboard.readText()").toString());
        browser.link("Hide").click();
        assertThat(secret).not().containsText(A_SECRET);
        assertThat(browser.button("Reveal")).isFocused();
        browser.button("Reveal").click();
        assertThat(secret).containsText(A_SECRET);
        assertThat(browser.link("Hide")).isFocused();
        page.reload();
        assertThat(secret).not().containsText(A_SECRET);
        browser.link("Rotate…").click();
        browser.button("Rotate secret").click();
        assertThat(page.locator("#pending-secret")).hasText(A_SECRET);

        browser.go("/settings/webhooks");
        assertThat(browser.rows()).hasCount(1);
        assertThat(browser.rows()).containsText("Active");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @DisplayName("is guided through the first steps of a new webhook, until an event arrives or they are dismissed")
    void firstSteps() {
        receiver.answer(Answer.status(503));
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        var dismissed = api.createWebhook(receiver.url("/other"), "contact.created");
        var path = "/settings/webhooks/" + webhook;
        browser.go(path);
        var steps = browser.region("First steps");
        assertThat(steps.locator("li").filter(new Locator.FilterOptions().setHasText("Done:")))
                .hasCount(0);
        assertThat(browser.region("Last 24 hours")).hasCount(0);
        receiver.answer(Answer.status(200));
        browser.button("Send a ping").click();
        done(1);
        browser.button("Reveal").click();
        assertThat(browser.region("Signing secret")).containsText(A_SECRET);
        browser.go(path);
        done(2);
        browser.button("Test signatures").click();
        assertThat(steps).containsText("it accepts forged requests.");
        receiver.answer(Answer.status(401));
        browser.button("Test signatures").click();
        done(3);
        receiver.answer(Answer.status(200));
        browser.link("Choose one and send it").click();
        browser.button("Send test event").click();
        assertThat(browser.flash()).containsText("Test event sent.");
        browser.go(path);
        done(4);
        var event = api.publish("lead.created", "{\"id\":\"1\"}");
        api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);
        browser.go(path);
        assertThat(steps).hasCount(0);
        assertThat(browser.region("Last 24 hours")).isVisible();
        browser.go("/settings/webhooks/" + dismissed);
        browser.button("Dismiss the first steps").click();
        assertThat(browser.region("Last 24 hours")).isVisible();
        assertThat(steps).hasCount(0);
        assertThat(browser.complaints()).isEmpty();
    }

    private void done(int steps) {
        assertThat(browser.region("First steps").locator("li").filter(new Locator.FilterOptions().setHasText("Done:")))
                .hasCount(steps);
    }

    @Test
    @DisplayName("is shown what somebody else changed meanwhile, and does not overwrite it by accident")
    void changedMeanwhile() {
        var webhook = api.createWebhook(receiver.url("/old"), "lead.created");
        browser.go("/settings/webhooks/" + webhook + "/edit");
        api.patch("/webhooks/" + webhook, Map.of("url", receiver.url("/new")))
                .then()
                .statusCode(200);
        page.getByLabel("Description").fill("Orders");
        browser.button("Save").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Endpoint URL: changed to " + receiver.url("/new"));
        assertThat(page.getByLabel("Description")).hasValue("Orders");
        assertThat(page.getByLabel("Endpoint URL")).hasValue(receiver.url("/new"));
        browser.button("Save").click();
        assertThat(browser.flash()).containsText("Saved.");
        var saved = api.get("/webhooks/" + webhook);
        org.assertj.core.api.Assertions.assertThat(saved.getString("data.url")).isEqualTo(receiver.url("/new"));
        assertThat(saved.getString("data.description")).isEqualTo("Orders");
    }

    @Test
    @DisplayName("can stop a slow save and save again, which creates only one webhook")
    void savedTwice() {
        receiver.answer(Answer.status(200).delay(Duration.ofSeconds(3)));
        browser.go("/settings/webhooks/new");
        page.getByLabel("Endpoint URL").fill(receiver.url("/hook"));
        page.getByLabel("lead.created").check();
        // Click from within the page, because the browser's driver waits while a page loads.
        page.evaluate("""
                () => {
                    const save = document.querySelector('form.form button[type=submit]');
                    setTimeout(() => save.click());
                    setTimeout(() => stop(), 500);
                    setTimeout(() => save.click(), 1400);
                }""");
        assertThat(browser.flash()).containsText("Saved.");
        assertThat(api.get("/webhooks").getList("data")).hasSize(1);
    }

    @Test
    @DisplayName("sees errors beside their fields, and loses no input")
    void wrongInput() {
        browser.go("/settings/webhooks/new");
        page.getByLabel("Endpoint URL").fill("ftp://example.com/hook");
        page.getByLabel("Description").fill("Orders");
        browser.button("Save").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("2 fields need your attention");
        assertThat(page.getByLabel("Endpoint URL")).hasAttribute("aria-invalid", "true");
        assertThat(page.getByLabel("Endpoint URL")).hasValue("ftp://example.com/hook");
        assertThat(page.getByLabel("Description")).hasValue("Orders");
        assertThat(page.getByText("Select at least one event.")).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @DisplayName("sees why a ping failed, and verifies the webhook after fixing the endpoint")
    void unverified() {
        receiver.answer(Answer.status(503));
        browser.go("/settings/webhooks/new");
        page.getByLabel("Endpoint URL").fill(receiver.url("/hook"));
        page.getByLabel("All events").check();
        browser.button("Save").click();
        assertThat(browser.flash()).containsText("Saved, but the ping failed.");
        assertThat(page.getByText("Unverified. This webhook receives no events."))
                .isVisible();

        receiver.answer(Answer.status(200));
        browser.button("Send ping").click();
        assertThat(browser.flash()).containsText("Your endpoint responded with 200 in ");
        assertThat(page.getByText("Unverified. This webhook receives no events."))
                .isHidden();

        browser.link("Needs attention").click();
        // The log has the ping that got 503, but nothing that can be retried.
        assertThat(page.getByText("No failed deliveries.")).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @DisplayName("sends a test event and follows it in the log, with filters, to its payloads and its retry")
    void log() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.answer(Answer.status(500).body("{\"problem\":\"out of order\"}"));
        browser.go("/settings/webhooks/" + webhook);
        browser.link("Test").click();
        page.getByLabel("Data").fill("{\"id\":\"lead-77\"}");
        browser.button("Send test event").click();
        assertThat(browser.flash()).containsText("Test event sent.");
        assertThat(page.locator("[data-announce]"))
                .containsText(Pattern.compile("Next try in (1 min|\\d+ s), attempt 2 of 6\\."));

        browser.link("Logs").click();
        var line = browser.rows().filter(new Locator.FilterOptions().setHasText("lead.created"));
        assertThat(line).containsText("Retrying");
        assertThat(line).containsText("500 Internal Server Error");
        assertThat(line).containsText(MILLISECONDS);
        assertThat(line.locator("time.ago").first()).isVisible();

        page.getByLabel("Status").selectOption("Delivered");
        assertThat(page).hasURL(Pattern.compile("status=delivered"));
        assertThat(browser.rows()).hasCount(1);
        assertThat(browser.rows()).containsText("ping");
        page.getByLabel("Response").selectOption("4xx client error");
        assertThat(page.getByText("No deliveries match these filters.")).isVisible();
        browser.link("Clear filters").first().click();
        assertThat(browser.rows()).hasCount(2);
        page.getByLabel("Event").selectOption("lead.created");
        assertThat(browser.rows()).hasCount(1);

        browser.line("lead.created").click();
        assertThat(page.getByLabel("Request body")).containsText("\"lead-77\"");
        assertThat(page.getByLabel("Response body")).containsText("out of order");
        receiver.answer(Answer.status(200).body("thanks"));
        browser.button("Retry now").click();
        assertThat(page.locator("[data-announce]")).containsText("Your endpoint responded with 200 in ");
        assertThat(page.locator(".title-line")).containsText("Delivered");
        assertThat(page.locator("details.attempt")).hasCount(2);
        assertThat(page.getByText("Manual").first()).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @DisplayName("disables, enables, rotates the secret of, changes and deletes a webhook, with confirmations")
    void change() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        var secret = api.secret(webhook);

        browser.go("/settings/webhooks");
        var menu = page.locator(".corner summary");
        menu.click();
        browser.link("Disable…").click();
        browser.link("Cancel").click();
        assertThat(menu).isFocused();
        menu.click();
        browser.link("Disable…").click();
        browser.button("Disable webhook").click();
        assertThat(browser.flash()).containsText("Disabled.");
        assertThat(page.getByText("Disabled by " + api.workspace().admin())).isVisible();
        browser.button("Enable").click();
        assertThat(browser.flash()).containsText("Enabled.");

        browser.link("Rotate…").click();
        page.getByLabel("Overlap in hours").fill("2");
        browser.button("Rotate secret").click();
        assertThat(browser.flash()).containsText("Secret rotated. Deploy the new secret");
        assertThat(api.secret(webhook)).isEqualTo(secret);
        browser.link("Switch now…").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText(receiver.url("/hook"));
        browser.link("Cancel").click();
        assertThat(browser.link("Switch now…")).isFocused();
        assertThat(api.secret(webhook)).isEqualTo(secret);
        browser.link("Switch now…").click();
        browser.button("Switch now").click();
        assertThat(browser.flash()).containsText("The new secret is now in use.");
        assertThat(api.secret(webhook)).isNotEqualTo(secret);

        browser.link("Edit").click();
        page.getByLabel("Description").fill("Orders");
        browser.button("Save").click();
        assertThat(browser.flash()).containsText("Saved.");
        assertThat(browser.heading("Orders")).isVisible();

        browser.link("Delete…").click();
        browser.link("Cancel").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).isHidden();
        assertThat(browser.link("Delete…")).isFocused();
        browser.link("Delete…").click();
        assertThat(browser.link("Cancel")).isFocused();
        page.keyboard().press("Escape");
        assertThat(browser.link("Delete…")).isFocused();
        browser.link("Delete…").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText(receiver.url("/hook"));
        browser.button("Delete webhook").click();
        assertThat(browser.flash()).containsText("Deleted Orders.");
        assertThat(page.getByText("Add your first webhook.")).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }
}
