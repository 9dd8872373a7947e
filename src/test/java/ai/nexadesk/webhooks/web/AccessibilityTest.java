package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Browser;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.quarkus.test.junit.QuarkusTest;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * What holds for every page: axe finds no violation of WCAG 2.2 level AA, the browser has nothing to complain about (our
 * content security policy included), and nothing has to be scrolled sideways. With {@code -Dscreenshots=DIR} it
 * also leaves a picture of each.
 */
@QuarkusTest
@DisplayName("Every page is accessible, complete and quiet")
class AccessibilityTest {

    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa");
    private static final @Nullable String SCREENSHOTS = System.getProperty("screenshots");
    private static final String LONG_PATH = "/a/rather/long/path/that/somebody/chose/because/their-gateway-wanted-it";

    private final Api api = Api.ofNewWorkspace();
    private final SoftAssertions softly = new SoftAssertions();
    private Receiver receiver;

    /** Ways to look at a page. */
    enum Look {
        LIGHT(ColorScheme.LIGHT, 1280, 800),
        DARK(ColorScheme.DARK, 1280, 800),
        PHONE(ColorScheme.LIGHT, 390, 844);

        private final ColorScheme scheme;
        private final int width;
        private final int height;

        Look(ColorScheme scheme, int width, int height) {
            this.scheme = scheme;
            this.width = width;
            this.height = height;
        }

        Browser open() {
            return Browser.open(new com.microsoft.playwright.Browser.NewContextOptions()
                    .setColorScheme(scheme)
                    .setViewportSize(width, height));
        }
    }

    @BeforeEach
    void start() throws Exception {
        receiver = Receiver.start();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("seen")
    void everyPage(Look look) throws SQLException {
        try (var browser = look.open()) {
            visit(browser, look, "login", "/login");
            for (var guide : List.of("", "/signatures", "/deliveries", "/troubleshooting")) {
                visit(browser, look, "docs" + guide.replace('/', '-'), "/docs" + guide);
            }
            browser.signIn(api.workspace().admin());
            visit(browser, look, "list-empty", "/settings/webhooks");
            visit(browser, look, "failed-empty", "/settings/failed");

            var webhook = fill();
            var path = "/settings/webhooks/" + webhook;
            visit(browser, look, "list", "/settings/webhooks");
            visit(browser, look, "new", "/settings/webhooks/new");
            browser.button("Save").click();
            browser.page().getByText("entries need your attention").waitFor();
            check(browser, look, "new-refused");
            visit(browser, look, "edit", path + "/edit");
            visit(browser, look, "overview", path);
            browser.page().getByText("As a table").click();
            browser.page()
                    .locator("summary", new Page.LocatorOptions().setHasText("Python"))
                    .click();
            check(browser, look, "overview-open");
            visit(browser, look, "overview-month", path + "?span=30d");
            browser.page().locator("#preferences summary").click();
            check(browser, look, "preferences");
            browser.page().keyboard().press("Escape");
            browser.page().keyboard().press("?");
            check(browser, look, "keys");
            browser.page().keyboard().press("Escape");
            browser.button("Reveal").click();
            browser.page().locator("#current-secret").waitFor();
            check(browser, look, "overview-secret");
            browser.link("Rotate…").click();
            browser.button("Rotate secret").waitFor();
            check(browser, look, "rotate-dialog");
            visit(browser, look, "rotate", path + "/secret/rotate");
            visit(browser, look, "delete", path + "/delete");
            visit(browser, look, "test", path + "/test");
            visit(browser, look, "logs", path + "/logs");
            visit(browser, look, "logs-no-match", path + "/logs?status_code=3xx");
            for (var status : List.of("failed", "retrying", "delivered")) {
                var delivery = api.get("/webhooks/" + webhook + "/deliveries?status=" + status)
                        .getString("data[0].id");
                visit(browser, look, "delivery-" + status, path + "/logs/" + delivery);
            }
            browser.page().getByText("As a cURL command").click();
            check(browser, look, "delivery-curl");
            visit(browser, look, "failed", "/settings/failed");
            visit(browser, look, "retry-all", "/settings/failed/retry");
            visit(browser, look, "api-keys", "/settings/api-keys");
            visit(browser, look, "api-key-new", "/settings/api-keys/new");
            browser.button("Create API key").click();
            browser.page().getByText("entries need your attention").waitFor();
            check(browser, look, "api-key-refused");
            visit(browser, look, "audit-log", "/settings/audit-log");
            visit(browser, look, "account", "/settings/account");
            visit(browser, look, "unknown-webhook", "/settings/webhooks/wh_none");
            visit(browser, look, "unknown-address", "/no/such/page");
            softly.assertThat(browser.complaints()).isEmpty();
        }
        softly.assertAll();
    }

    /** A webhook of each state, and a delivery of each: what a workspace looks like after a bad day. */
    private String fill() throws SQLException {
        api.post("/webhooks", Map.of("url", receiver.url(LONG_PATH), "events", List.of("*")));
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created", "contact.created");
        api.patch("/webhooks/" + webhook, Map.of("description", "Orders of the shop in Lübeck"));
        receiver.answer(Answer.status(410).body("{\"error\":\"moved away\"}"));
        var failed =
                api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"lead-1\",\"score\":7,\"hot\":true}"));
        api.await(webhook, failed, "failed", 1);
        receiver.answer(Answer.status(200).body("{\"ok\":true}"));
        api.patch("/webhooks/" + webhook, Map.of("enabled", true));
        var delivered = api.deliveryOf(webhook, api.publish("contact.created", "{\"name\":\"Ümit 😀\",\"tags\":[]}"));
        api.await(webhook, delivered, "delivered", 1);
        receiver.answer(Answer.close());
        var retrying = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"lead-2\"}"));
        api.await(webhook, retrying, "retrying", 1);
        api.createWebhook(receiver.url("/unverified"), "message.created");
        count(webhook);
        return webhook;
    }

    /** The day before: 20 hours, some of them bad, with answers that become slower. */
    private void count(String webhook) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement(
                        "insert into delivery_hour select ?, date_trunc('hour', now()) - i * interval '1 hour', status, 24 + speed,"
                                + " n, n * 100 from generate_series(2, 21) i, (values ('delivered', 0, 40), ('delivered', 8, 10),"
                                + " ('failed', 4, 6)) v (status, speed, m), lateral (select m * (i % 7) / 3 as n) c where n > 0")) {
            statement.setString(1, webhook);
            statement.executeUpdate();
        }
    }

    private void visit(Browser browser, Look look, String name, String path) {
        browser.go(path);
        check(browser, look, name);
    }

    private void check(Browser browser, Look look, String name) {
        var page = browser.page();
        var where = name + ", " + look;
        if (SCREENSHOTS != null) {
            var file = Path.of(SCREENSHOTS, name + "-" + look.name().toLowerCase(java.util.Locale.ROOT) + ".png");
            page.screenshot(new Page.ScreenshotOptions().setPath(file).setFullPage(true));
        }
        softly.assertThat(page.locator("h1").count()).as("h1 of " + where).isEqualTo(1);
        softly.assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels to scroll sideways on " + where)
                .isEqualTo(0);
        // The other mode opens a second window for every page, and is for frames of other origins.
        var axe = new AxeBuilder(page).withTags(WCAG).setLegacyMode(true);
        softly.assertThat(axe.analyze().getViolations())
                .as("violations on " + where)
                .extracting(AccessibilityTest::describe)
                .isEmpty();
    }

    private static String describe(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " – " + node.getFailureSummary())
                        .toList();
    }
}
