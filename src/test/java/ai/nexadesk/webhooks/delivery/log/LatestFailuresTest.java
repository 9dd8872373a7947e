package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Locator;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("The overview of a webhook")
class LatestFailuresTest {

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;
    private Browser browser;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        browser = Browser.open();
        browser.signIn(api.workspace().agent());
    }

    @AfterEach
    void close() {
        browser.close();
    }

    @Test
    @DisplayName("shows the latest failures and reasons, the next attempts, and a link to more")
    void latest() {
        insertFailed(webhook, 5);
        receiver.answer(Answer.status(500));
        api.await(webhook, deliver(), "retrying", 1);
        receiver.answer(Answer.status(200));
        api.await(webhook, deliver(), "delivered", 1);

        var failures = open();
        assertThat(failures).hasCount(5);
        assertThat(failures.nth(0)).containsText("Retrying");
        assertThat(failures.nth(0)).containsText("500 Internal Server Error");
        assertThat(failures.nth(0)).containsText(Pattern.compile("Attempt 2 of 6 in "));
        assertThat(failures.nth(1)).containsText("Failed");
        assertThat(failures.nth(1)).containsText("DNS");
        assertThat(failures.nth(1).locator("time.ago")).hasCount(1);
        assertThat(browser.link("All failed"))
                .hasAttribute("href", "/settings/webhooks/" + webhook + "/logs?status=failed");
        assertThat(browser.complaints()).isEmpty();

        failures.nth(0).locator(".row-link").click();
        assertThat(browser.page().locator("h1")).hasText("lead.created");
        assertThat(browser.page().locator(".title-line")).containsText("Retrying");
        open();
        browser.link("All deliveries").click();
        assertThat(browser.page().locator("[data-announce]")).hasText("8 deliveries");
    }

    @Test
    @DisplayName("shows no failures of other webhooks, and none for a rejected wrongly signed ping")
    void nothing() {
        insertFailed(api.createWebhook(receiver.url("/failing"), "*"), 3);
        receiver.answer(Answer.status(401));
        api.post("/webhooks/" + webhook + "/verification-test").then().body("data.verifies_signatures", equalTo(true));
        open();
        assertThat(browser.region("Latest failures")).containsText("No failures in the last 30 days.");
    }

    @Test
    @DisplayName("shows the same figures of the last 24 hours for every period of the chart")
    void figures() {
        insertFailed(webhook, 3);
        api.await(webhook, deliver(), "delivered", 1);
        for (var span : List.of("24h", "7d", "30d")) {
            browser.go("/settings/webhooks/" + webhook + "?span=" + span);
            var figures = browser.region("Last 24 hours").locator("dd");
            assertThat(figures.nth(0)).hasText("1");
            assertThat(figures.nth(2)).hasText("0");
            assertThat(figures.nth(3)).hasText("3");
        }
    }

    @Test
    @DisplayName("links each bar of the chart to the log of its hour")
    void bars() {
        new Sql().run("insert into attempt_hour values (?, date_trunc('hour', now()), 4, 1)", webhook);
        open();
        var bar = browser.page().locator(".bars a");
        assertThat(bar)
                .hasAttribute("aria-label", Pattern.compile("\\d\\d:00, so far: \\d delivered, 1 failed attempt$"));
        bar.focus();
        org.assertj.core.api.Assertions.assertThat(bar.evaluate("bar => getComputedStyle(bar, '::after').content")
                        .toString())
                .contains("1 failed attempt");
        bar.press("Enter");
        assertThat(browser.page()).hasURL(Pattern.compile("/logs\\?since=.*:00:00Z&until=.*:00:00Z$"));
        assertThat(browser.rows()).hasCount(1);
        assertThat(browser.complaints()).isEmpty();
    }

    private String deliver() {
        return api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":1}"));
    }

    private Locator open() {
        browser.go("/settings/webhooks/" + webhook);
        return browser.region("Latest failures").locator("tbody tr");
    }

    /** Inserts failed deliveries that are newer than all others. */
    private void insertFailed(String webhookId, int count) {
        new Sql()
                .run(
                        "insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status,"
                                + " attempts, attempted_at, error_code, duration_ms) select uuidv7(), ?, ?, uuidv7(), 'old-' || i,"
                                + " 'lead.updated', 'failed', 6, now(), 'dns_failed', 5 from generate_series(1, ?) i",
                        api.workspace().id(),
                        webhookId,
                        count);
    }
}
