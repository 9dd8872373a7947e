package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.delivery.health.HealthFollower;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.options.Media;
import com.microsoft.playwright.options.ReducedMotion;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import jakarta.inject.Inject;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/** Tests ways to use a page other than on a screen with a mouse. */
@QuarkusTest
@DisplayName("A page")
class MediaTest {

    private static final String RING = """
            () => {
                const element = document.activeElement, style = getComputedStyle(element);
                return element === document.body ? 'body'
                    : style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2 ? 'ring' : element.outerHTML;
            }
            """;
    private static final int MANY_TABS = 200;

    /** In CSS pixels, without margins. */
    private static final int A4_WIDTH = 688;

    @Inject
    HealthFollower follower;

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private String path;
    private String delivery;

    @BeforeEach
    void deliver() throws Exception {
        receiver = Receiver.start();
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        path = "/settings/webhooks/" + webhook;
        receiver.answer(Answer.status(500).body("out of order"));
        delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(webhook, delivery, "retrying", 1);
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry", Map.of());
        api.await(webhook, delivery, "retrying", 2);
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @Test
    @DisplayName("is printed without controls, with every attempt and the exact times")
    void print() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go(path + "/logs/" + delivery);
            var page = browser.page();
            assertThat(page.locator("#response-body-1")).isHidden();
            page.emulateMedia(new EmulateMediaOptions().setMedia(Media.PRINT));
            for (var left : List.of(".topbar", ".sidenav", ".breadcrumbs", "#retry", ".curl", "[data-copy]")) {
                assertThat(page.locator(left).first()).isHidden();
            }
            assertThat(page.locator("#response-body-1")).isVisible();
            assertThat(page.locator("#response-body-2")).isVisible();
            assertThat(page.locator("#request-body")).isVisible();
            assertThat(page.locator("summary time.ago").first()).isHidden();
            assertThat(page.evaluate("getComputedStyle(document.querySelector('summary .when'), '::after').content")
                            .toString())
                    .contains("UTC");
            assertThat(page.locator("html")).hasCSS("background-color", "rgb(255, 255, 255)");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("fits on paper, with all columns of its list")
    void paper() {
        // The longest possible line: since when the webhook has been degraded, why, and how many deliveries wait.
        Await.until(
                "a degraded webhook",
                Duration.ofSeconds(60),
                () -> {
                    assertThatCode(follower::update).doesNotThrowAnyException();
                    return api.get(path.replace("/settings", "")).getString("data.health.state");
                },
                "degraded"::equals);
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            var page = browser.page();
            page.setViewportSize(A4_WIDTH, A4_WIDTH);
            page.emulateMedia(new EmulateMediaOptions().setMedia(Media.PRINT));
            for (var one : List.of("/settings/webhooks", path + "/logs", "/settings/audit-log")) {
                browser.go(one);
                assertThat(page.locator("table thead th").last()).isVisible();
                assertThat(page.evaluate("document.documentElement.scrollWidth"))
                        .as(one)
                        .isEqualTo(A4_WIDTH);
            }
        }
    }

    @Test
    @DisplayName("shows both exact times of a focused line, one above and one below")
    void exactTimes() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go(path + "/logs");
            browser.page().keyboard().press("j");
            var time = "getComputedStyle(document.querySelectorAll('tbody tr:first-child .when')[%d], '::after').%s";
            for (int one = 0; one < 2; one++) {
                assertThat(browser.page()
                                .evaluate(time.formatted(one, "content"))
                                .toString())
                        .contains("UTC");
            }
            for (var beyond : List.of(time.formatted(0, "bottom"), time.formatted(1, "top"))) {
                var pixels =
                        browser.page().evaluate("parseFloat(" + beyond + ")").toString();
                assertThat(Double.parseDouble(pixels)).as(beyond).isGreaterThan(0);
            }
            browser.page().setViewportSize(390, 844);
            assertThat(browser.page().evaluate("document.documentElement.scrollWidth"))
                    .as("width of the page with both times")
                    .isEqualTo(390);
        }
    }

    @Test
    @DisplayName("has no animation for people who prefer that")
    void reducedMotion() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go(path + "/logs/" + delivery);
            var disclosure = browser.page().locator("summary .disclosure").first();
            assertThat(disclosure).hasCSS("transition-duration", "0.12s");
            browser.page().emulateMedia(new EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
            assertThat(browser.page()
                            .evaluate("[...document.querySelectorAll('*')].filter(e => e.getAnimations().length > 0"
                                    + " || getComputedStyle(e).transitionProperty !== 'none').length"))
                    .isEqualTo(0);
        }
    }

    @Test
    @DisplayName("shows the focus, wherever the Tab key moves it")
    void focus() {
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            for (var one : List.of(
                    "/settings/webhooks",
                    "/settings/webhooks/new",
                    path,
                    path + "/logs",
                    path + "/logs/" + delivery,
                    "/settings/needs-attention",
                    "/settings/api-keys/new")) {
                browser.go(one);
                int stops = 0;
                for (var seen = "ring"; !seen.equals("body") && stops < MANY_TABS; stops++) {
                    browser.page().keyboard().press("Tab");
                    seen = browser.page().evaluate(RING).toString();
                    assertThat(seen).as(one).isIn("ring", "body");
                }
                assertThat(stops).as(one).isBetween(10, MANY_TABS - 1);
            }
        }
    }
}
