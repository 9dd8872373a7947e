package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

/** Tests the settings in a browser without scripts: plain links, forms and pages. */
@QuarkusTest
@DisplayName("Without scripts, an admin")
class WithoutJavaScriptTest {

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private Browser browser;
    private Page page;

    @BeforeEach
    void signIn() throws Exception {
        browser = Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(false));
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
    @DisplayName("adds a webhook, reveals and rotates its secret, disables, enables and deletes it")
    void webhook() {
        browser.link("Add Webhook").click();
        page.getByLabel("Endpoint URL").fill(receiver.url("/hook"));
        page.getByLabel("lead.created").check();
        browser.button("Save").click();
        assertThat(browser.flash()).containsText("Saved. Your endpoint responded with 200 in ");

        var secret = Pattern.compile("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(browser.region("Signing secret")).containsText(secret);
        browser.link("Hide").click();
        browser.button("Reveal").click();
        assertThat(browser.region("Signing secret")).containsText(secret);
        browser.link("Hide").click();
        browser.link("Rotate…").click();
        assertThat(browser.heading("Rotate the signing secret?")).isVisible();
        page.getByLabel("Overlap in hours").fill("0");
        browser.button("Rotate secret").click();
        assertThat(browser.flash()).containsText("Secret rotated. The new secret is now in use.");

        browser.link("Disable…").click();
        assertThat(browser.heading("Disable this webhook?")).isVisible();
        browser.button("Disable webhook").click();
        assertThat(browser.flash()).containsText("Disabled.");
        browser.button("Enable").click();
        assertThat(browser.flash()).containsText("Enabled.");

        browser.link("Delete…").click();
        assertThat(browser.heading("Delete this webhook?")).isVisible();
        browser.button("Delete webhook").click();
        assertThat(page.getByText("Add your first webhook.")).isVisible();
    }

    @Test
    @DisplayName("sees why a ping failed, corrects the webhook, and switches to a new secret")
    void mend() {
        receiver.answer(Answer.status(503));
        browser.link("Add Webhook").click();
        page.getByLabel("Endpoint URL").fill(receiver.url("/hook"));
        browser.button("Save").click();
        assertThat(page.getByText("Select at least one event.")).isVisible();
        assertThat(page.getByLabel("Endpoint URL")).hasValue(receiver.url("/hook"));
        page.getByLabel("All events").check();
        browser.button("Save").click();
        assertThat(browser.flash()).containsText("Saved, but the ping failed.");
        assertThat(page.getByText("Your endpoint responded with 503 Service Unavailable.")
                        .first())
                .isVisible();

        receiver.answer(Answer.status(200));
        browser.link("Edit").click();
        page.getByLabel("Endpoint URL").fill(receiver.url("/mended"));
        page.getByLabel("Description").fill("Orders");
        browser.button("Save").click();
        assertThat(browser.flash()).containsText("Saved. Your endpoint responded with 200 in ");
        assertThat(browser.heading("Orders")).isVisible();
        browser.button("Send ping").click();
        assertThat(browser.flash()).containsText("Your endpoint responded with 200 in ");

        browser.link("Rotate…").click();
        page.getByLabel("Overlap in hours").fill("2");
        browser.button("Rotate secret").click();
        assertThat(browser.region("Signing secret")).containsText("Rotating");
        browser.link("Switch now…").click();
        assertThat(browser.heading("Switch to the new secret now?")).isVisible();
        assertThat(page.locator(".object")).hasText("Orders" + receiver.url("/mended"));
        browser.button("Switch now").click();
        assertThat(browser.flash()).containsText("The new secret is now in use.");
    }

    @Test
    @DisplayName("sends a test event, filters the log, reads a delivery and retries it")
    void log() throws Exception {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        receiver.answer(Answer.status(500).body("out of order"));
        browser.go("/settings/webhooks/" + webhook + "/test");
        page.getByLabel("Event").selectOption("contact.created");
        browser.button("Show sample").click();
        assertThat(page.getByText("of a contact.created event")).isVisible();
        browser.button("Send test event").click();
        assertThat(browser.flash()).containsText("Test event sent.");

        browser.link("Logs").last().click();
        page.getByLabel("Event").selectOption("contact.created");
        browser.button("Filter").click();
        assertThat(page).hasURL(Pattern.compile("event=contact\\.created"));
        assertThat(browser.rows()).hasCount(1);
        assertThat(page.getByLabel("Event")).hasValue("contact.created");
        var delivery = api.get("/webhooks/" + webhook + "/deliveries?event=contact.created")
                .getString("data[0].id");
        api.await(webhook, delivery, "retrying", 1);
        page.reload();
        assertThat(browser.rows()).containsText("500 Internal Server Error");
        answeredInNoTime(delivery);
        page.reload();
        assertThat(browser.rows()).containsText("0 ms");

        browser.line("contact.created").click();
        assertThat(page.getByLabel("Response body")).containsText("out of order");
        receiver.answer(Answer.status(200));
        browser.button("Retry now").click();
        assertThat(browser.flash()).containsText("Delivered: 200 OK in ");
        api.await(webhook, delivery, "delivered", 2);
        page.reload();
        assertThat(page.locator(".title-line")).containsText("Delivered");
        assertThat(page.locator("details.attempt")).hasCount(2);
        assertThat(page.locator("details.attempt").filter(new Locator.FilterOptions().setHasText("Manual")))
                .hasCount(1);
    }

    /** Sets the response time to 0, as an endpoint on the same machine can. */
    private void answeredInNoTime(String delivery) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("update delivery set duration_ms = 0 where id = ?")) {
            statement.setObject(1, DeliveryIds.parse(delivery).orElseThrow());
            statement.executeUpdate();
        }
    }
}
