package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.delivery.AttemptResult;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Trigger;
import ai.nexadesk.webhooks.delivery.Verdict;
import ai.nexadesk.webhooks.delivery.queue.AttemptStore;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.outbound.Outcome;
import ai.nexadesk.webhooks.outbound.Timing;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Signatures;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.browser.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.standardwebhooks.Webhook;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import jakarta.inject.Inject;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The page of a delivery")
class DeliveryPagesTest {

    @Inject
    AttemptStore store;

    private final Api api = Api.ofNewWorkspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private String webhook;

    @BeforeEach
    void start() {
        webhook = api.createWebhook(receiver.url("/hook?a=[1]&b='"), "*");
    }

    @Test
    @DisplayName("shows the status, the past, the next attempt, and the probable cause of a failure")
    void failing() {
        receiver.answer(Answer.status(401).body("no"));
        var delivery = deliver("{\"id\":1}", "retrying");
        try (var browser = open(api.workspace().admin(), delivery)) {
            assertThat(browser.page().locator("[data-announce]"))
                    .containsText(
                            Pattern.compile(
                                    "Your endpoint responded with 401 Unauthorized\\. Next try in (1 min|\\d+ s), attempt 2 of 6\\."));
            var moments = browser.region("Timeline").locator("li");
            assertThat(moments).hasCount(3);
            assertThat(moments.nth(0)).containsText("Event accepted");
            assertThat(moments.nth(1)).containsText(Pattern.compile("Attempt 1 of 6\\s*401 Unauthorized in \\d+ ms"));
            assertThat(moments.nth(2)).containsText("Attempt 2 of 6");
            assertThat(browser.page().getByLabel("Diagnosis")).containsText("Your receiver rejected the signature");
            assertThat(browser.page().getByLabel("Diagnosis")).containsText("Sign the raw body");

            receiver.answer(Answer.status(200));
            browser.button("Retry now").click();
            assertThat(browser.page().locator("[data-announce]")).containsText("Your endpoint responded with 200 in ");
            assertThat(browser.page().getByLabel("Diagnosis")).hasCount(0);
            assertThat(moments).hasCount(3);
            assertThat(moments.nth(2)).containsText("Manual retry");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @DisplayName("has a shell command that sends the same request with a valid signature, without the secret")
    @ValueSource(
            strings = {
                "{\"name\":\"O'Neil $(touch x) `id` \\\\ \\\"%d\\\" é 😀 \\n @\"}",
                "{\"name\":\"O'Neil \u202E \u200b \\\\ \\u0007 $(touch x) \u0085\"}"
            })
    void curl(String data) throws Exception {
        for (var tool : List.of("/usr/bin/curl", "/bin/bash")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(tool)), "Skipped: there is no " + tool + ".");
        }
        var delivery = deliver(data, "delivered");
        var original = receiver.requests().get(receiver.requests().size() - 1);
        String command;
        try (var browser = open(api.workspace().admin(), delivery)) {
            browser.page().locator("#as-curl summary").click();
            assertThat(browser.page().locator("#curl")).isVisible();
            command = browser.page().locator("#curl").textContent();
        }
        assertThat(command).startsWith("curl ").doesNotContain("whsec_", "\u202e", "\u200b");
        receiver.clear();
        var shell = new ProcessBuilder("/bin/bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(shell.waitFor()).isZero();
        var sent = receiver.await(1, Duration.ofSeconds(10)).get(0);
        assertThat(sent.body()).isEqualTo(original.body());
        assertThat(sent.target()).isEqualTo(original.target());
        assertThat(sent.header("content-type")).isEqualTo("application/json");
        assertThat(sent.header("x-nexadesk-event-id")).isEqualTo(original.header("x-nexadesk-event-id"));
        assertThat(sent.header("x-nexadesk-signature"))
                .isEqualTo(Signatures.documented(sent.body(), api.secret(webhook)));
        new Webhook(api.secret(webhook))
                .verify(
                        sent.text(),
                        Map.of(
                                "webhook-id", sent.headers("webhook-id"),
                                "webhook-timestamp", sent.headers("webhook-timestamp"),
                                "webhook-signature", sent.headers("webhook-signature")));
        try (var browser = open(api.workspace().agent(), delivery)) {
            assertThat(browser.page().getByLabel("Request body")).containsText("Neil");
            assertThat(browser.page().locator("#curl")).hasCount(0);
        }
    }

    @Test
    @DisplayName("shows how long each completed part of an attempt took")
    void timing() throws SQLException {
        receiver.answer(Answer.status(500).delay(Duration.ofMillis(40)));
        var answered = deliver("{\"id\":1}", "retrying");
        receiver.answer(Answer.close());
        var unanswered = deliver("{\"id\":2}", "retrying");
        var attempt = api.delivery(webhook, answered);
        assertThat(attempt.getInt("data.attempts[0].first_byte_ms")).isGreaterThanOrEqualTo(39);
        assertThat(attempt.getInt("data.attempts[0].dns_ms") + attempt.getInt("data.attempts[0].first_byte_ms"))
                .isLessThanOrEqualTo(attempt.getInt("data.attempts[0].duration_ms"));
        assertThat(api.delivery(webhook, unanswered).getMap("data.attempts[0]"))
                .containsEntry("first_byte_ms", null)
                .containsEntry("connection_reused", false)
                .doesNotContainEntry("dns_ms", null);
        note(answered, 2, new Timing(millis(2), millis(31), millis(20), millis(40)));
        note(answered, 3, new Timing(millis(2), null, null, millis(40)));
        var noted = api.delivery(webhook, answered);
        assertThat(noted.getMap("data.attempts[1]"))
                .containsEntry("connect_ms", 31)
                .containsEntry("tls_ms", 20)
                .containsEntry("connection_reused", false);
        assertThat(noted.getMap("data.attempts[0]"))
                .containsEntry("connect_ms", null)
                .containsEntry("tls_ms", null)
                .containsEntry("connection_reused", true);
        try (var browser = open(api.workspace().agent(), answered)) {
            assertThat(browser.page().locator("#attempt-1 .facts"))
                    .containsText(
                            Pattern.compile(
                                    "DNS \\d+ ms\\s+· (connect \\d+ ms|reused connection)\\s+· first byte \\d+ ms\\s+· total \\d+ ms"));
            assertThat(browser.page().locator("#attempt-2 .facts"))
                    .containsText("DNS 2 ms · connect 11 ms · TLS 20 ms · first byte 40 ms · total 90 ms");
            assertThat(browser.page().locator("#attempt-3 .facts"))
                    .containsText("DNS 2 ms · reused connection · first byte 40 ms · total 90 ms");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private void note(String delivery, int number, Timing timing) throws SQLException {
        var lease = new LeasedDelivery(
                DeliveryIds.parse(delivery).orElseThrow(),
                api.workspace().id(),
                webhook,
                "evt_1",
                "lead.created",
                new byte[0],
                number - 1,
                0,
                Trigger.AUTOMATIC,
                null,
                UUID.randomUUID(),
                true,
                new UUID(0, 0),
                EventContext.NONE,
                null,
                null,
                false);
        var outcome = new Outcome.Responded(Instant.now(), millis(90), timing, 200, List.of(), new byte[0], false);
        store.finish(List.of(new AttemptResult(
                lease, "https://example.com/", List.of(), outcome, new Verdict(null, null, 0, null, null))));
    }

    private static Duration millis(int millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    @DisplayName("refreshes itself when the next attempt is due")
    void due() {
        receiver.answer(Answer.status(500));
        var delivery = deliver("{\"id\":1}", "retrying");
        receiver.answer(Answer.status(200));
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().agent());
            new Sql()
                    .run(
                            "update work set due_at = now() + interval '4 seconds' where delivery_id = ?",
                            DeliveryIds.parse(delivery).orElseThrow());
            browser.go("/settings/webhooks/" + webhook + "/logs/" + delivery);
            assertThat(browser.page().locator("[data-announce]"))
                    .containsText(Pattern.compile("Next try in \\d s, attempt 2 of 6\\."));
            assertThat(browser.page().locator("[data-announce]")).containsText("Your endpoint responded with 200 in ");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("keeps refreshing until an attempt ends, announces that once, and does not move")
    void interrupted() {
        var answer = new CountDownLatch(1);
        receiver.answer(Answer.after(answer, Answer.status(200)));
        try (var browser = Browser.open()) {
            var page = browser.page();
            page.setViewportSize(390, 300);
            browser.signIn(api.workspace().admin());
            var delivery = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":1}"));
            browser.go("/settings/webhooks/" + webhook + "/logs/" + delivery);
            var sentence = page.locator("[data-announce]");
            assertThat(sentence).hasText("An attempt is in progress.");
            page.evaluate("scrollTo(0, 200)");
            var title = page.locator("#attempts-title");
            var place = title.boundingBox().y;

            page.context().setOffline(true);
            assertThat(browser.flash()).containsText("Can't reach NexaDesk.");
            assertThat(title.boundingBox().y).isEqualTo(place);
            page.context().setOffline(false);
            answer.countDown();
            assertThat(sentence).containsText("Your endpoint responded with 200 in ");
            assertThat(browser.flash()).isEmpty();
        } finally {
            answer.countDown();
        }
    }

    @Test
    @DisplayName("marks a truncated response, and shows JSON indented and other text unchanged")
    void payloads() {
        receiver.answer(Answer.flood(200_000));
        var flooded = deliver("{\"nested\":{\"list\":[1,true,null]}}", "delivered");
        try (var browser = open(api.workspace().admin(), flooded)) {
            assertThat(browser.page().getByText("Truncated. NexaDesk keeps up to 64 KB"))
                    .isVisible();
            assertThat(browser.page().getByLabel("Request body")).containsText(Pattern.compile("\"list\": \\[\\n +1,"));
            assertThat(browser.page().locator("#request-body .json-number")).hasText("1");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("compares two attempts, and opens the one that its address names")
    void compares(boolean scripts) {
        receiver.answer(Answer.status(500).body("{\"error\":\"first\",\"same\":1}"));
        var delivery = deliver("{\"id\":1}", "retrying");
        receiver.answer(Answer.status(503).body("{\"error\":\"second\",\"same\":1}"));
        api.post("/webhooks/" + webhook + "/deliveries/" + delivery + "/retry");
        api.await(webhook, delivery, "retrying", 2);
        try (var browser = Browser.open(new NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(api.workspace().agent());
            browser.go("/settings/webhooks/" + webhook + "/logs/" + delivery + "#attempt-1");
            if (scripts) {
                assertThat(browser.page().locator("#attempt-1")).hasAttribute("open", "");
                assertThat(browser.page().locator("#response-body-1")).isVisible();
            }
            assertThat(browser.page().locator("#response-headers-2")).isHidden();
            browser.button("Compare").click();
            var compared = browser.region("Compare attempts");
            assertThat(compared.locator(".differs").first()).containsText("500 Internal Server Error");
            assertThat(compared.locator(".differs").first()).containsText("503 Service Unavailable");
            assertThat(compared.locator(".differs")
                            .filter(new Locator.FilterOptions().setHasText("x-nexadesk-attempt")))
                    .hasCount(1);
            assertThat(compared.locator(".lines del")).hasCount(1);
            assertThat(compared.locator(".lines del")).containsText("first");
            assertThat(compared.locator(".lines ins")).containsText("second");
            assertThat(compared.locator(".lines span").filter(new Locator.FilterOptions().setHasText("same")))
                    .not()
                    .hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("shows request and response side by side if there is room")
    void sideBySide() {
        var delivery = deliver("{\"id\":1}", "delivered");
        try (var browser = open(api.workspace().agent(), delivery)) {
            for (int width : List.of(1100, 1400)) {
                browser.page().setViewportSize(width, 900);
                var response = browser.page().locator("#attempts-title").boundingBox();
                var request = browser.page().getByLabel("Request body").boundingBox();
                assertThat(request.x).as("%d px", width).isGreaterThan(response.x + 300);
                assertThat(Math.abs(request.y - response.y)).isLessThan(100);
            }
            browser.page().setViewportSize(1000, 900);
            var response = browser.page().locator("#attempts-title").boundingBox();
            var request = browser.page().getByLabel("Request body").boundingBox();
            assertThat(request.y).isGreaterThan(response.y + 100);
        }
    }

    @Test
    @DisplayName("suggests a remedy for every error with a known cause")
    void diagnoses() {
        for (int status :
                List.of(301, 400, 401, 403, 404, 405, 408, 410, 413, 415, 418, 422, 429, 500, 502, 503, 504, 599)) {
            assertThat(diagnosis(status, status < 400 ? "redirect" : "http_status"))
                    .as("%d", status)
                    .isNotNull();
        }
        for (var code : ai.nexadesk.webhooks.outbound.ErrorCode.values()) {
            if (!List.of("http_status", "redirect").contains(code.value())) {
                assertThat(diagnosis(null, code.value())).as(code.value()).isNotNull();
            }
        }
        assertThat(diagnosis(200, null)).isNull();
    }

    private static Diagnosis diagnosis(Integer status, String errorCode) {
        var attempt = new Attempt();
        attempt.statusCode = status;
        attempt.errorCode = errorCode;
        return Diagnosis.of(attempt);
    }

    private String deliver(String data, String status) {
        var delivery = api.deliveryOf(webhook, api.publish("lead.created", data));
        api.await(webhook, delivery, status, 1);
        return delivery;
    }

    private Browser open(String person, String delivery) {
        var browser = Browser.open();
        browser.signIn(person);
        browser.go("/settings/webhooks/" + webhook + "/logs/" + delivery);
        return browser;
    }
}
