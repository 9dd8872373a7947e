package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Content that strangers can put into the pages: receivers by their responses, visitors by their names, and colleagues
 * by descriptions.
 */
@QuarkusTest
@DisplayName("Hostile content")
class HostileContentTest {

    private static final String MARKUP =
            "\"'><img src=x onerror=alert(1)><script>alert(2)</script></pre></textarea><svg onload=alert(3)>{page.webhook}";
    private static final String REVERSED = "invoice\u202Efdp.exe\u2066\u200B";
    private static final String LONG_LINE = "w".repeat(64 * 1024);

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = Receiver.start();
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @ParameterizedTest(name = "at {0} px")
    @DisplayName("is shown as text, with its tricks made visible, and does not break the layout")
    @ValueSource(ints = {1280, 390})
    void isText(int width) {
        var webhook = api.createWebhook(receiver.url("/%3Cscript%3E/\"><b>?" + "q".repeat(1_500)), "*");
        api.patch("/webhooks/" + webhook, Map.of("description", MARKUP.substring(0, 90) + REVERSED))
                .then()
                .statusCode(200);
        var failing = List.of(
                deliver(
                        webhook,
                        Answer.status(500).header("X-Evil", MARKUP + "\u0007").body(MARKUP + REVERSED + LONG_LINE)),
                deliver(
                        webhook,
                        Answer.status(422)
                                .header("Content-Type", "text/html")
                                .body("{\"problem\":\"" + MARKUP.replace("\"", "\\\"") + REVERSED + "\"}")));
        var options = new com.microsoft.playwright.Browser.NewContextOptions().setViewportSize(width, 800);
        try (var browser = Browser.open(options)) {
            browser.page().onDialog(dialog -> {
                throw new AssertionError("A script ran: " + dialog.message());
            });
            browser.signIn(api.workspace().admin());
            var path = "/settings/webhooks/" + webhook;
            for (var page : List.of(
                    "/settings/webhooks",
                    path,
                    path + "/edit",
                    path + "/logs",
                    path + "/delete",
                    "/settings/audit-log",
                    "/settings/events/lead.created")) {
                check(browser, page);
            }
            for (var delivery : failing) {
                check(browser, path + "/logs/" + delivery);
                var text = browser.page().locator("main").textContent();
                assertThat(text).contains("<img src=x onerror=alert(1)>", "{page.webhook}", "\\u202e", "\\u2066");
            }
            browser.go("/settings/webhooks");
            assertThat(browser.rows().textContent()).contains("2 retrying");
            browser.go(path);
            assertThat(browser.page().locator(".tabs").boundingBox().y)
                    .as("position of the tabs below an address of %d characters", 1_500)
                    .isLessThan(600);
            assertThat(browser.page().locator(".facts").first().textContent()).contains("q".repeat(1_500));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private String deliver(String webhook, Answer answer) {
        receiver.answer(answer);
        var name = (MARKUP + REVERSED).replace("\"", "\\\"");
        var delivery = api.deliveryOf(
                webhook,
                api.publish("lead.created", "{\"visitor_name\":\"" + name + "\",\"note\":\"" + LONG_LINE + "\"}"));
        api.await(webhook, delivery, "retrying", 1);
        return delivery;
    }

    private static void check(Browser browser, String path) {
        browser.go(path);
        var page = browser.page();
        assertThat(page.locator("h1").count()).as("h1 of " + path).isEqualTo(1);
        assertThat(page.locator("body").innerText())
                .as("text on " + path)
                .doesNotContain("\u2066")
                .doesNotContain("\u202e");
        assertThat(page.locator("main :is(script, img, b, svg[onload], [onerror])")
                        .count())
                .as("elements from hostile content on " + path)
                .isZero();
        assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels to scroll sideways on " + path)
                .isEqualTo(0);
    }
}
