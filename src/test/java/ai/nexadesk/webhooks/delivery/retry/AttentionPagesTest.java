package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import ai.nexadesk.webhooks.web.Formats;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("On the page of failed deliveries, an admin")
class AttentionPagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Api api = Api.ofNewWorkspace();
    private final List<String> webhooks = new ArrayList<>();
    private final List<String> deliveries = new ArrayList<>();
    private Receiver receiver;

    /** Makes one delivery of each of three webhooks fail. */
    @BeforeEach
    void fail() throws Exception {
        receiver = Receiver.start();
        for (var path : List.of("/a", "/b", "/c")) {
            webhooks.add(api.createWebhook(receiver.url(path), "lead.created"));
        }
        receiver.answer(Answer.status(410));
        var event = api.publish("lead.created", "{\"id\":\"1\"}");
        for (var webhook : webhooks) {
            var delivery = api.deliveryOf(webhook, event);
            api.await(webhook, delivery, "retrying", 1);
            api.giveUp(webhook);
            deliveries.add(delivery);
        }
        receiver.answer(Answer.status(200));
        webhooks.forEach(webhook -> api.patch("/webhooks/" + webhook, Map.of("enabled", true)));
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("retries one, the selected ones, or all after seeing how many, and follows the progress")
    void retries(boolean scripts) {
        try (var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(api.workspace().admin());
            browser.link("Needs attention").first().click();
            assertThat(lines(browser)).hasCount(3);

            browser.button("Retry lead.created to " + receiver.url("/a")).click();
            assertThat(browser.flash()).containsText("Delivered: 200 OK in ");
            await(0);
            browser.go("/settings/needs-attention");
            assertThat(lines(browser)).hasCount(2);

            line(browser, "/b").getByRole(AriaRole.CHECKBOX).check();
            browser.button(scripts ? "Retry 1 selected" : "Retry selected").click();
            assertThat(browser.flash()).containsText("Retrying 1 delivery now.");
            await(1);

            browser.go("/settings/needs-attention?event=lead.created");
            browser.link("Retry all matching…").click();
            var question = scripts
                    ? browser.page().getByRole(AriaRole.DIALOG)
                    : browser.page().locator("main");
            assertThat(question).containsText("Retry 1 failed delivery?");
            assertThat(question).containsText("event lead.created");
            browser.button("Retry 1 failed delivery").click();
            assertThat(browser.flash()).containsText("Retrying 1 delivery now.");
            assertThat(browser.heading("Retry failed deliveries")).isVisible();
            await(2);
            browser.link("Background jobs").first().click();
            Await.until(
                    "the end of the job",
                    PATIENCE,
                    () -> {
                        browser.page().reload();
                        return browser.rows().first().textContent();
                    },
                    row -> row.contains("Done"));
            assertThat(browser.rows()).containsText("1 of 1");
            assertThat(browser.rows()).containsText("1 delivered");
            browser.go("/settings/needs-attention");
            assertThat(browser.page().getByText("No failed deliveries.")).isVisible();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("sees failed and retrying deliveries by webhook and cause, tries one, sees the outcome, and retries "
            + "all")
    void groups(boolean scripts) {
        receiver.answer(Answer.close());
        var event = api.publish("lead.created", "{\"id\":\"2\"}");
        var first = webhooks.get(0);
        webhooks.forEach(webhook -> api.await(webhook, api.deliveryOf(webhook, event), "retrying", 1));
        var delivery = api.deliveryOf(first, event);
        var cause = Formats.errorName(api.delivery(first, delivery).getString("data.error_code"));
        var ofFirst = " of " + cause + ", " + receiver.url("/a");
        try (var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/needs-attention");
            assertThat(groups(browser)).hasCount(6);
            var here = "/settings/needs-attention?webhook=" + first;
            var address = Pattern.compile("/settings/needs-attention\\?webhook=" + first + "$");
            browser.go("/settings/failed?webhook=" + first);
            assertThat(browser.page()).hasURL(address);
            assertThat(groups(browser)).hasCount(2);
            browser.link("1 retrying: " + cause + ", " + receiver.url("/a")).click();
            assertThat(lines(browser)).hasCount(1);
            assertThat(lines(browser)).containsText("Retrying");
            browser.go(here);

            browser.button("Retry 1 now" + ofFirst).click();
            assertThat(browser.flash()).containsText("Failed again: " + cause + " in ");
            assertThat(browser.page()).hasURL(address);
            receiver.answer(Answer.status(200));
            browser.link("Retry all 1…" + ofFirst).click();
            var question = scripts
                    ? browser.page().getByRole(AriaRole.DIALOG)
                    : browser.page().locator("main");
            assertThat(question).containsText("Retry 1 retrying delivery?");
            assertThat(question).containsText(receiver.url("/a") + " · response " + cause);
            browser.button("Retry 1 retrying delivery").click();
            api.await(first, delivery, "delivered", 3);
            browser.go(here);
            assertThat(groups(browser)).hasCount(1);
            assertThat(groups(browser)).containsText("410 Gone");
            browser.button("Retry 1 now of 410 Gone, " + receiver.url("/a")).click();
            assertThat(browser.flash()).containsText("Delivered: 200 OK in ");
            assertThat(browser.page().getByText("No deliveries match these filters."))
                    .isVisible();
            assertThat(groups(browser)).hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("sees as many per webhook as one page can count, so that none hides another or takes long")
    void manyFailures() {
        new Sql()
                .run(
                        "insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status, attempts,"
                                + " status_code) select uuidv7(), d.workspace_id, d.webhook_id, d.event_key, d.event_id, d.event_type, 'failed', 6,"
                                + " 500 + i % 2 from delivery d, generate_series(1, 25000) i where d.webhook_id = ?",
                        webhooks.get(0));
        var page = Visitor.signedIn(api.workspace().admin())
                .get("/settings/needs-attention")
                .asString();
        assertThat(page)
                .containsPattern("Retry all\\s+5,000\\+…")
                .contains("failed: 410 Gone, " + receiver.url("/b"), "failed: 410 Gone, " + receiver.url("/c"));
    }

    @Test
    @DisplayName("is asked to confirm for a webhook by the name on its page")
    void name() {
        api.patch("/webhooks/" + webhooks.get(0), Map.of("description", "CRM"));
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/webhooks/" + webhooks.get(0) + "/logs?status=failed");
            browser.link("Retry all matching…").click();
            assertThat(browser.page().locator(".object")).hasText("CRM");
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("recovers the missed events of a webhook after counting them")
    void recovers(boolean scripts) {
        api.patch("/webhooks/" + webhooks.get(0), Map.of("enabled", false));
        var missed = api.publish("lead.created", "{\"id\":\"2\"}");
        try (var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/webhooks/" + webhooks.get(0));
            browser.button("Enable").click();
            assertThat(browser.flash()).containsText("Enabled.");
            if (scripts) {
                assertThat(browser.page().locator("main"))
                        .containsText("1 event missed while this webhook was not active.");
                browser.link("Recover…").click();
            } else {
                browser.go("/settings/recover?webhook=" + webhooks.get(0));
            }
            // By default, counting starts with the minute in which the webhook was disabled. The failure may be older.
            browser.page().getByLabel("Since").fill("2026-01-01T00:00");
            browser.button("Count").click();
            assertThat(browser.page().locator("main")).containsText("1 failed, 0 retrying, and 1 missed.");
            browser.button("Try one").click();
            assertThat(browser.flash()).containsText("Delivered: 200 OK in ");
            assertThat(browser.page().locator("main")).containsText("0 failed, 0 retrying, and 1 missed.");
            browser.button("Recover 1").click();
            assertThat(browser.heading("Recover from an outage")).isVisible();
            var path = "/webhooks/" + webhooks.get(0) + "/deliveries?q=" + missed;
            Await.until(
                    "the recovery", PATIENCE, () -> api.get(path).getList("data.status"), List.of("delivered")::equals);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("sees the webhook of each, by its description and its address")
    void names() {
        api.patch("/webhooks/" + webhooks.get(0), Map.of("description", "Billing"));
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/needs-attention");
            assertThat(line(browser, "/a")).containsText("Billing · " + receiver.url("/a"));
            assertThat(browser.button("Retry lead.created to Billing")).hasCount(1);
            assertThat(browser.button("Retry lead.created to " + receiver.url("/b")))
                    .hasCount(1);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("sees those of one webhook")
    void ofOneWebhook() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/needs-attention");
            browser.page()
                    .getByLabel("Webhook", new Page.GetByLabelOptions().setExact(true))
                    .selectOption(webhooks.get(1));
            assertThat(lines(browser)).hasCount(1);
            assertThat(lines(browser)).containsText(receiver.url("/b"));
            browser.link("Retry all matching…").click();
            assertThat(browser.page().getByRole(AriaRole.DIALOG)).containsText("Retry 1 failed delivery?");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("keeps filters and position after retrying one")
    void stays() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.page().setViewportSize(1280, 300);
            browser.go("/settings/needs-attention");
            browser.page()
                    .getByLabel("Event", new Page.GetByLabelOptions().setExact(true))
                    .selectOption("lead.created");
            browser.page().waitForURL("**/settings/needs-attention?event=lead.created");
            browser.button("Retry lead.created to " + receiver.url("/a")).scrollIntoViewIfNeeded();
            browser.button("Retry lead.created to " + receiver.url("/a")).click();
            assertThat(browser.flash()).containsText("Delivered: 200 OK in ");
            assertThat(browser.page()).hasURL(Pattern.compile(".*/settings/needs-attention\\?event=lead.created"));
            org.assertj.core.api.Assertions.assertThat((int) browser.page().evaluate("Math.round(scrollY)"))
                    .isPositive();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("cancels a running background job")
    void cancels(boolean scripts) {
        // The job is still running, because its next step is due in an hour.
        new Sql()
                .run(
                        "insert into job (workspace_id, kind, status, total, made, stepped_at, created_by, created_at)"
                                + " values (?, 'retry', 'running', 70, 20, now() + interval '1 hour', 'somebody', now())",
                        api.workspace().id());
        try (var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(api.workspace().admin());
            browser.link("Background jobs").click();
            assertThat(browser.rows()).containsText("20 of 70");
            browser.button("Cancel the job started by somebody").click();
            assertThat(browser.flash()).containsText("Cancelled. 20 deliveries had already been queued.");
            assertThat(browser.page().locator("main")).containsText("Cancelled by");
            browser.link("Background jobs").first().click();
            assertThat(browser.rows()).containsText("Cancelled");
            assertThat(browser.button("Cancel the job started by somebody")).hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private void await(int index) {
        api.await(webhooks.get(index), deliveries.get(index), "delivered", 2);
    }

    private Locator line(Browser browser, String path) {
        return lines(browser).filter(new Locator.FilterOptions().setHasText(receiver.url(path)));
    }

    private static Locator lines(Browser browser) {
        return browser.page().locator("#rows > tr");
    }

    private static Locator groups(Browser browser) {
        return browser.region("By webhook and cause").locator("tbody tr");
    }
}
