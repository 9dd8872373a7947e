package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.regex.Pattern;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A person")
class PreferencesTest {

    private static final String DARK = "rgb(14, 17, 22)";
    private static final String LIGHT = "rgb(247, 248, 250)";

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook"), "*");
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("chooses the color scheme, stays on the page, and keeps it")
    void theme(boolean scripts) {
        var options = new NewContextOptions().setColorScheme(ColorScheme.LIGHT).setJavaScriptEnabled(scripts);
        try (var browser = Browser.open(options)) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/webhooks/" + webhook + "/logs?status=failed");
            assertThat(ground(browser)).hasCSS("background-color", LIGHT);
            choose(browser, "Dark");
            assertThat(browser.page()).hasURL(Pattern.compile("/logs\\?status=failed$"));
            assertThat(ground(browser)).hasCSS("background-color", DARK);
            browser.go("/settings/needs-attention");
            assertThat(ground(browser)).hasCSS("background-color", DARK);
            choose(browser, "System");
            assertThat(ground(browser)).hasCSS("background-color", LIGHT);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("uses keyboard shortcuts for search, lines and help, and to leave each of them")
    void keys() {
        for (int i = 0; i < 3; i++) {
            var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":" + i + "}"));
            api.await(webhook, delivery, "delivered", 1);
        }
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/webhooks/" + webhook + "/logs?event=lead.created");
            var keyboard = browser.page().keyboard();
            var links = browser.page().locator(".row-link");
            keyboard.press("j");
            assertThat(links.nth(0)).isFocused();
            keyboard.press("j");
            keyboard.press("j");
            assertThat(links.nth(2)).isFocused();
            keyboard.press("k");
            assertThat(links.nth(1)).isFocused();
            keyboard.press("?");
            assertThat(browser.page().getByRole(AriaRole.DIALOG)).containsText("Keyboard shortcuts");
            keyboard.press("Escape");
            assertThat(browser.page().getByRole(AriaRole.DIALOG)).isHidden();
            links.nth(1).focus();
            keyboard.press("Enter");
            assertThat(browser.heading("lead.created")).isVisible();
            keyboard.press("r");
            assertThat(browser.button("Retry now")).isFocused();
            assertThat(browser.complaints()).isEmpty();

            browser.go("/settings/webhooks/" + webhook + "/logs");
            keyboard.press("/");
            var search = browser.page().getByLabel("Search");
            assertThat(search).isFocused();
            keyboard.type("j?r");
            assertThat(search).hasValue("j?r");
            keyboard.press("Escape");
            assertThat(search).not().isFocused();
        }
    }

    @Test
    @DisplayName("sees times in the browser's zone, or in another one, with UTC beside them")
    void zones() {
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{}"));
        api.await(webhook, delivery, "delivered", 1);
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setTimezoneId("Asia/Tokyo"))) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/webhooks/" + webhook + "/logs/" + delivery);
            var created = browser.region("Details").locator(".when").first();
            assertThat(created).containsText(" JST");
            assertThat(created).hasAttribute("data-absolute", Pattern.compile(" UTC$"));
            assertThat(browser.region("Timeline").locator(".when").first())
                    .hasAttribute("data-absolute", Pattern.compile(" JST\\n.* UTC$"));
            prefer(browser, "America/Sao_Paulo");
            assertThat(created).containsText(" BRT");
            prefer(browser, "Nowhere/Land");
            assertThat(created).containsText(" JST");
            prefer(browser, "UTC");
            assertThat(created).containsText(" UTC");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void prefer(Browser browser, String zone) {
        browser.page().locator("#preferences summary").click();
        browser.page().getByLabel("Time zone").fill(zone);
        browser.button("Apply").click();
    }

    @Test
    @DisplayName("switches the shortcuts off")
    void shortcutsOff() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.page().locator("#preferences summary").click();
            browser.page().getByLabel("Single-key shortcuts").uncheck();
            browser.button("Apply").click();
            assertThat(browser.page().locator("#shortcuts")).hasCount(0);
            browser.page().keyboard().press("j");
            browser.page().keyboard().press("?");
            assertThat(browser.page().locator(".row-link").first()).not().isFocused();
            assertThat(browser.page().getByRole(AriaRole.DIALOG)).isHidden();
        }
    }

    @ParameterizedTest
    @DisplayName("is not redirected elsewhere by a forged form")
    @ValueSource(
            strings = {"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "x", ""})
    void back(String back) {
        var token = TestWorkspace.csrfToken();
        var location = given().redirects()
                .follow(false)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("theme", "DARK")
                .formParam("back", back)
                .post("/preferences")
                .then()
                .statusCode(303)
                .extract()
                .header("Location");
        assertThat(location).isEqualTo("/");
    }

    private static Locator ground(Browser browser) {
        return browser.page().locator("html");
    }

    private static void choose(Browser browser, String theme) {
        browser.page().locator("#preferences summary").click();
        browser.page()
                .getByLabel(theme, new com.microsoft.playwright.Page.GetByLabelOptions().setExact(true))
                .check();
        browser.button("Apply").click();
    }
}
