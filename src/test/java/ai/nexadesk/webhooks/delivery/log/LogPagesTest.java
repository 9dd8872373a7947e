package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Route;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** Tests a log that has more lines than a page. */
@QuarkusTest
@DisplayName("In a long log, a person")
class LogPagesTest {

    private static final int LINES = 120;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void fill() throws SQLException {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
        insert();
    }

    @Test
    @DisplayName("changes a filter while a request is running, and gets the latest result")
    void hasty() {
        try (var browser = open(true, "")) {
            var held = new ArrayList<Route>();
            browser.page().route(url -> url.contains("/logs?"), held::add);
            browser.page().getByLabel("Event").selectOption("lead.created");
            browser.page().waitForCondition(() -> held.size() == 1);
            browser.page().getByLabel("Event").selectOption("lead.updated");
            held.get(0).resume();
            browser.page().waitForCondition(() -> held.size() == 2);
            held.get(1).resume();
            assertThat(browser.page()).hasURL(Pattern.compile("event=lead\\.updated"));
            assertThat(browser.page().locator("[data-announce]")).hasText("120 deliveries");
            assertThat(browser.page().getByLabel("Event")).hasValue("lead.updated");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("loads more with the same filters, and continues where the new lines begin")
    void more(boolean scripts) {
        try (var browser = open(scripts, "?event=lead.updated")) {
            var rows = browser.rows();
            assertThat(browser.page().locator("[data-announce]")).hasText("120 deliveries");
            assertThat(rows).hasCount(50);
            browser.link("Load more").click();
            if (scripts) {
                assertThat(rows).hasCount(100);
                assertThat(rows.nth(50).locator(".row-link")).isFocused();
                assertThat(browser.page().locator("#announcer")).hasText("50 more.");
                browser.link("Load more").click();
                assertThat(rows).hasCount(LINES);
                assertThat(rows.nth(100).locator(".row-link")).isFocused();
                rows.nth(90).locator(".row-link").click();
                assertThat(rows.nth(100)).hasCount(0);
                browser.page().goBack();
                assertThat(rows).hasCount(LINES);
            } else {
                assertThat(browser.page()).hasURL(Pattern.compile("event=lead\\.updated&cursor="));
                assertThat(browser.page().getByLabel("Event")).hasValue("lead.updated");
                browser.link("Load more").click();
                assertThat(rows).hasCount(20);
            }
            assertThat(browser.link("Load more")).hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("exports the matching lines")
    void export(boolean scripts) throws IOException {
        try (var browser = open(scripts, "?event=lead.updated&status=delivered")) {
            browser.page().getByText("Export").click();
            var file = browser.page().waitForDownload(() -> browser.link("CSV").click());
            assertThat(file.suggestedFilename()).isEqualTo("deliveries-" + webhook + ".csv");
            assertThat(Files.readAllLines(file.path())).hasSize(1 + LINES);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("filters without losing the place in the form, and is told how many match")
    void filter() {
        try (var browser = open(true, "")) {
            var search = browser.page().getByLabel("Search");
            search.fill("old-7");
            assertThat(browser.rows()).hasCount(1);
            assertThat(search).isFocused();
            assertThat(browser.page().locator("#announcer")).hasText("1 delivery");
            assertThat(browser.page()).hasURL(Pattern.compile("q=old-7"));
            browser.page().goBack();
            assertThat(browser.rows()).hasCount(50);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("switches to live, is told about new lines, and reads on until they open them")
    void live() {
        try (var browser = open(true, "?event=lead.created")) {
            var first = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":1}"));
            api.await(webhook, first, "delivered", 1);
            browser.page().clock().install();
            browser.page()
                    .getByText("Live", new com.microsoft.playwright.Page.GetByTextOptions().setExact(true))
                    .click();
            assertThat(browser.rows()).hasCount(1);
            var second = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":2}"));
            api.await(webhook, second, "delivered", 1);
            browser.page().clock().fastForward(6_000);
            assertThat(browser.page().locator("#news")).containsText("1 new delivery. Show");
            assertThat(browser.rows()).hasCount(1);
            browser.link("Show").click();
            assertThat(browser.rows()).hasCount(2);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("distinguishes lines by record and time, and on a phone can fold the filters")
    void identity() {
        for (var id : List.of("1", "2")) {
            api.publish("lead.created", "{\"id\":\"" + id + "\"}");
        }
        try (var browser = open(true, "")) {
            var clear = browser.page().locator(".clear");
            assertThat(clear).isHidden();
            browser.page().getByLabel("Event").selectOption("lead.created");
            assertThat(browser.rows()).hasCount(2);
            assertThat(clear).isVisible();
            var names = browser.page().locator(".row-link").allTextContents().stream()
                    .map(String::strip)
                    .toList();
            assertThat(names)
                    .doesNotHaveDuplicates()
                    .allMatch(name -> name.matches("lead\\.created, [\\d:]{8}\\.\\d{3}"));
            browser.link("lead:1").click();
            assertThat(browser.page()).hasURL(Pattern.compile("/logs\\?record=lead(:|%3A)1$"));
            assertThat(browser.rows()).hasCount(1);

            browser.page().setViewportSize(390, 844);
            var status = browser.page().getByLabel("Status");
            assertThat(status).isHidden();
            browser.page().getByText("Filters (1)").click();
            status.selectOption("Failed");
            assertThat(browser.page().getByText("Filters (2)")).isVisible();
            assertThat(status).isVisible();
            clear.click();
            assertThat(clear).isHidden();
            assertThat(browser.page().locator("#filter-count")).isEmpty();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private Browser open(boolean scripts, String query) {
        var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts));
        browser.signIn(api.workspace().agent());
        browser.go("/settings/webhooks/" + webhook + "/logs" + query);
        return browser;
    }

    private void insert() throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement("with made as (select uuidv7() as id, i"
                        + " from generate_series(1, ?) i), named as (insert into event_id select ?, 'old-' || i, id from made)"
                        + " insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status,"
                        + " attempts, attempted_at, status_code, duration_ms) select id, ?, ?, id, 'old-' || i,"
                        + " 'lead.updated', 'delivered', 1, now(), 200, i from made")) {
            statement.setInt(1, LINES);
            statement.setString(2, api.workspace().id());
            statement.setString(3, api.workspace().id());
            statement.setString(4, webhook);
            statement.executeUpdate();
        }
    }
}
