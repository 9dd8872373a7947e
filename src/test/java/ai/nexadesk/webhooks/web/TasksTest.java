package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.delivery.health.HealthFollower;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Await;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.quarkus.test.junit.QuarkusTest;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import jakarta.inject.Inject;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** Common tasks, from the first page to the end, with the number of clicks or keys that they currently take. */
@QuarkusTest
@DisplayName("A task")
class TasksTest {

    private static final Logger LOG = Logger.getLogger(TasksTest.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MANY_TABS = 60;
    private static final int EVENTS = 12;
    private static final int MISSED = 3;

    /** Nothing is retried automatically during a task, however slow the machine is. */
    private static final String LATER =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n";

    @Inject
    HealthFollower follower;

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private Browser browser;
    private Page page;
    private Instant began;
    private int steps;

    @BeforeEach
    void open() throws Exception {
        receiver = Receiver.start();
        browser = Browser.open();
        page = browser.page();
    }

    @AfterEach
    void close(TestInfo task) throws Exception {
        LOG.infof(
                "%s: %d steps, %d ms",
                task.getDisplayName(),
                steps,
                Duration.between(began, Instant.now()).toMillis());
        browser.close();
        receiver.close();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    @DisplayName("of an admin, to add a webhook and see a first delivery, takes 5 clicks")
    void firstDelivery() {
        begin(api.workspace().admin());
        click(browser.link("Add Webhook"));
        page.getByLabel("Endpoint URL").fill(receiver.url("/hook"));
        click(page.getByLabel("lead.created"));
        click(browser.button("Save"));
        assertThat(browser.flash()).containsText("Saved. Your endpoint responded with 200 in ");
        click(browser.link("Choose one and send it"));
        click(browser.button("Send test event"));
        assertThat(page.locator("[data-announce]")).containsText("Your endpoint responded with 200 in ");
        assertThat(page.locator(".title-line")).containsText("Delivered");
        assertThat(steps).isEqualTo(5);
    }

    @Test
    @DisplayName("of a developer, to find out why a delivery failed and to retry it, takes 3 clicks")
    void whyItFailed() {
        var webhook = api.createWebhook(receiver.url("/hook"), "*");
        for (int i = 0; i < 3; i++) {
            api.publish("contact.created", "{\"id\":\"contact-" + i + "\"}");
        }
        receiver.answer(Answer.status(401).body("{\"error\":\"bad signature\"}"));
        var event = api.publish("lead.created", "{\"id\":\"lead-77\"}");
        api.await(webhook, api.deliveryOf(webhook, event), "retrying", 1);

        begin(api.workspace().admin());
        click(browser.link(receiver.url("/hook")));
        assertThat(browser.region("Latest failures")).containsText("401 Unauthorized");
        click(browser.line("lead.created"));
        assertThat(page.getByLabel("Diagnosis")).containsText("Your receiver rejected the signature");
        assertThat(page.getByLabel("Diagnosis")).containsText("Sign the raw body");
        assertThat(page.getByLabel("Response body").first()).containsText("bad signature");
        assertThat(page.getByLabel("Request body")).containsText("lead-77");
        receiver.answer(Answer.status(200));
        click(browser.button("Retry now"));
        assertThat(page.locator(".title-line")).containsText("Delivered");
        assertThat(steps).isEqualTo(3);
    }

    @Test
    @DisplayName("of an agent, to tell whether the customer's system received an event, takes 2 clicks")
    void didItArrive() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        var event = api.publish("lead.created", "{\"id\":\"lead-77\"}");
        api.await(webhook, api.deliveryOf(webhook, event), "delivered", 1);

        begin(api.workspace().agent());
        click(browser.link("Find an event"));
        page.getByLabel("Event ID").fill(event);
        click(browser.button("Find"));
        assertThat(browser.rows()).hasCount(1);
        assertThat(browser.rows()).containsText("Delivered");
        assertThat(steps).isEqualTo(2);
    }

    @Test
    @DisplayName("of an admin, to recover everything after an outage, takes 8 choices and no mouse")
    void outage() {
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created");
        api.createWebhook(receiver.url("/sound"), "contact.created");
        api.patch("/webhooks/" + webhook, Map.of("enabled", false));
        api.publishMany("lead.created", MISSED);
        api.patch("/webhooks/" + webhook, Map.of("enabled", true));
        receiver.answer(Answer.raw(LATER));
        api.publishMany("lead.created", EVENTS);
        Await.until(
                "the outage",
                PATIENCE,
                () -> {
                    follower.update();
                    return api.get("/webhooks/" + webhook).getMap("data.health");
                },
                health -> "failing".equals(health.get("state"))
                        && health.get("waiting").equals(EVENTS));
        receiver.answer(Answer.status(200));

        begin(api.workspace().admin());
        assertThat(page.getByText("1 of 2 webhooks is failing.")).isVisible();
        press("j");
        press("Enter");
        assertThat(page.getByText(EVENTS + " deliveries are waiting")).isVisible();
        choose(browser.link("Recover…").first());
        assertThat(page.locator("main")).containsText("0 failed, " + EVENTS + " retrying, and " + MISSED + " missed.");
        choose(browser.button("Try one"));
        assertThat(browser.flash()).containsText("Delivered: 200 OK in ");
        choose(browser.button("Recover " + (EVENTS + MISSED - 1)));
        assertThat(page.locator("#job .figures")).containsText("Delivered " + (EVENTS + MISSED - 1));
        assertThat(page.locator("#job .title-line")).containsText("Done");
        assertThat(steps).isEqualTo(8);
        for (var path : new String[] {"?status=retrying", "?status=failed"}) {
            assertThat(api.get("/webhooks/" + webhook + "/deliveries" + path).getList("data"))
                    .isEmpty();
        }
    }

    private void begin(String person) {
        browser.signIn(person);
        began = Instant.now();
    }

    private void click(Locator control) {
        steps++;
        control.click();
    }

    private void press(String key) {
        steps++;
        page.keyboard().press(key);
    }

    /** Reaches a control with the skip link and the Tab key, and presses it. This counts as two steps. */
    private void choose(Locator control) {
        control.waitFor();
        page.keyboard().press("Tab");
        assertThat(browser.link("Skip to content")).isFocused();
        press("Enter");
        int tabs = 0;
        while (!(boolean) control.evaluate("control => control === document.activeElement")) {
            assertThat(tabs++).as("number of presses of the Tab key").isLessThan(MANY_TABS);
            page.keyboard().press("Tab");
        }
        LOG.infof("%d presses of the Tab key", tabs);
        press("Enter");
    }
}
