package ai.nexadesk.webhooks.web;

import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.Route;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.browser.Browser;
import ai.nexadesk.webhooks.testing.browser.Inspection;
import ai.nexadesk.webhooks.testing.browser.Viewport;
import com.microsoft.playwright.Page;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** Visits all pages in all their states. {@link Inspection} checks each of them. */
@QuarkusTest
@DisplayName("Every page is accessible and free of errors")
class AccessibilityTest {

    private static final String LONG_PATH = "/a/rather/long/path/that/somebody/chose/because/their-gateway-wanted-it";

    /** Routes that this test does not visit: parts of pages, files, redirects, and pages that other tests check. */
    private static final Set<String> OTHERS = Set.of(
            "/",
            "/login/openid",
            "/login/openid/callback",
            "/setup",
            "/inbox/{token}",
            "/docs/api",
            "/docs/listen.mjs",
            "/docs/api/requests.http",
            "/settings/failed",
            "/settings/recover/notice",
            "/settings/go",
            "/settings/go/id",
            "/settings/needs-attention/news",
            "/settings/needs-attention/export.{format}",
            "/settings/webhooks/{id}/logs/news",
            "/settings/webhooks/{id}/logs/export.{format}",
            "/settings/webhooks/{id}/logs/{delivery}/attempts/{number}/body");

    private final Api api = Api.ofNewWorkspace();
    private Receiver receiver;
    private Browser browser;
    private Viewport look;
    private Inspection inspection;

    @BeforeEach
    void start() throws Exception {
        receiver = Receiver.start();
        // This test signs in with a wrong password, which must not lock out the next test.
        new Sql().run("delete from sign_in_attempt");
    }

    @AfterEach
    void close() throws Exception {
        receiver.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("seen")
    void everyPage(Viewport chosen) throws SQLException {
        look = chosen;
        try (var opened = look.open()) {
            browser = opened;
            inspection = new Inspection(browser, look);
            forStrangers();
            browser.signIn(api.workspace().admin());
            visit("list-empty", "/settings/webhooks");
            visit("failed-empty", "/settings/needs-attention");
            visit("jobs-empty", "/settings/jobs");
            var webhook = fill();
            listAndForm(webhook);
            overview(webhook);
            secret(webhook);
            logs(webhook);
            workspace();
            browser.button("Sign out").click();
            browser.signIn(api.workspace().agent());
            visit("agent-overview", "/settings/webhooks/" + webhook);
            visit("agent-refused", "/settings/api-keys");
            inspection.end();
        }
        assertThat(Route.all())
                .filteredOn(route -> route.isGet() && !route.isApi() && !OTHERS.contains(route.path()))
                .allSatisfy(route -> assertThat(inspection.visited())
                        .as(route.toString())
                        .anyMatch(path -> path.matches(route.path().replaceAll("\\{\\w+}", "[^/]+"))));
    }

    private void forStrangers() {
        visit("login", "/login");
        browser.page().getByLabel("Email address").fill("nobody@example.com");
        browser.page().getByLabel("Password").fill("wrong");
        browser.button("Sign in").click();
        browser.page().locator("[aria-invalid], [role=alert]").first().waitFor();
        check("login-refused");
        for (var guide : List.of("", "/signatures", "/deliveries", "/troubleshooting")) {
            visit("docs" + guide.replace('/', '-'), "/docs" + guide);
        }
    }

    private void listAndForm(String webhook) {
        var path = "/settings/webhooks/" + webhook;
        visit("list", "/settings/webhooks");
        browser.page().locator(".corner summary").first().click();
        check("list-menu");
        if (look.isPhone()) {
            browser.page().keyboard().press("Escape");
            browser.button("Settings menu").click();
            check("places");
        }
        visit("new", "/settings/webhooks/new");
        browser.button("Save").click();
        browser.page().getByText("fields need your attention").waitFor();
        check("new-refused");
        visit("edit", path + "/edit");
        visit("disable", path + "/disable");
        visit("delete", path + "/delete");
    }

    private void overview(String webhook) {
        var path = "/settings/webhooks/" + webhook;
        visit("overview", path);
        browser.page().getByText("View as table").click();
        browser.page()
                .getByText("Python", new Page.GetByTextOptions().setExact(true))
                .click();
        check("overview-open");
        visit("overview-month", path + "?span=30d");
        browser.page().locator("#preferences summary").click();
        check("preferences");
        browser.page().keyboard().press("Escape");
        browser.page().keyboard().press("?");
        check("shortcuts");
        for (var state : List.of("unverified", "disabled")) {
            var other = api.get("/webhooks").getString("data.find { it.status == '" + state + "' }.id");
            visit("overview-" + state, "/settings/webhooks/" + other);
        }
        visit("test", path + "/test");
        visit("replay", path + "/replay");
        visit("recover", "/settings/recover?webhook=" + webhook);
        visit("recover-all", "/settings/recover");
        browser.page().getByText("In this period:").waitFor();
    }

    private void secret(String webhook) {
        var path = "/settings/webhooks/" + webhook;
        browser.go(path);
        browser.button("Reveal").click();
        browser.page().locator("#current-secret").waitFor();
        check("overview-secret");
        browser.link("Rotate…").click();
        browser.button("Rotate secret").waitFor();
        check("rotate-dialog");
        visit("rotate", path + "/secret/rotate");
        browser.button("Rotate secret").click();
        browser.link("Switch now…").waitFor();
        check("overview-rotating");
        browser.go(path);
        // Submits the form as without JavaScript, so that the result is a page of its own.
        browser.page().evaluate("document.querySelector('#secret form').submit()");
        browser.page().locator("#pending-secret").waitFor();
        check("secret");
        visit("switch", path + "/secret/switch");
    }

    private void logs(String webhook) {
        var path = "/settings/webhooks/" + webhook;
        visit("logs", path + "/logs");
        visit("logs-live", path + "/logs?live=on&since=2026-01-01T00:00");
        visit("logs-no-match", path + "/logs?status_code=3xx");
        visit("logs-retry", path + "/logs/retry?status=failed");
        for (var status : List.of("failed", "retrying", "delivered")) {
            var delivery = api.get("/webhooks/" + webhook + "/deliveries?status=" + status)
                    .getString("data[0].id");
            visit("delivery-" + status, path + "/logs/" + delivery);
        }
        var more =
                api.get("/webhooks/" + webhook + "/deliveries?status=delivered").getString("data[0].id");
        api.post("/webhooks/" + webhook + "/deliveries/" + more + "/retry");
        api.await(webhook, more, "two attempts", seen -> seen.getInt("data.attempt_count") > 1);
        visit("delivery-compared", path + "/logs/" + more + "?compare=1&with=2");
        browser.page().keyboard().press("Control+k");
        browser.page().locator("#goal-1").waitFor();
        check("palette");
        browser.page().keyboard().press("Escape");
        browser.page().locator("#as-curl summary").click();
        check("delivery-curl");
        visit("failed", "/settings/needs-attention");
        visit("retry-all", "/settings/needs-attention/retry");
        browser.page().locator(".confirm .primary").click();
        browser.heading("Retry failed deliveries").waitFor();
        check("job");
        visit("jobs", "/settings/jobs");
        visit("find-event", "/settings/find-event");
        var event =
                api.get("/webhooks/" + webhook + "/deliveries?status=delivered").getString("data[0].event_id");
        visit("found-event", "/settings/find-event?id=" + event);
        visit("no-event", "/settings/find-event?id=evt_none");
        visit("events", "/settings/events");
        visit("event", "/settings/events/lead.created");
    }

    private void workspace() {
        visit("api-keys", "/settings/api-keys");
        browser.page().locator("tbody a").first().click();
        browser.button("Revoke API key").waitFor();
        visit("api-key-revoke", browser.page().locator("dialog form").getAttribute("action"));
        visit("api-key-new", "/settings/api-keys/new");
        browser.button("Create API key").click();
        browser.page().getByText("fields need your attention").waitFor();
        check("api-key-refused");
        browser.page().getByLabel("Name").fill("Order sync");
        browser.page()
                .getByText("read", new Page.GetByTextOptions().setExact(true))
                .click();
        browser.button("Create API key").click();
        browser.heading("Your new API key").waitFor();
        check("api-key-created");
        visit("alert-channels-none", "/settings/alert-channels");
        visit("alert-channel-new", "/settings/alert-channels/new");
        browser.button("Save").click();
        browser.page().getByText("fields need your attention").waitFor();
        check("alert-channel-refused");
        browser.page().locator("#name").fill("Integrations team");
        browser.page().locator("[value=signed]").check();
        browser.page().locator("#url").fill("http://127.0.0.1:1/alerts");
        browser.button("Save").click();
        browser.heading("The secret of your alert channel").waitFor();
        check("alert-channel-created");
        visit("alert-channels", "/settings/alert-channels");
        var edit = browser.page().locator("tbody a").first().getAttribute("href");
        visit("alert-channel-edit", edit);
        visit("alert-channels-again", "/settings/alert-channels");
        browser.page().locator("main tbody button").first().click();
        browser.page().getByText("Test of Integrations team failed").waitFor();
        check("alert-channel-failed");
        browser.page().locator("main a[href$=delete]").first().click();
        browser.button("Delete alert channel").waitFor();
        visit("alert-channel-delete", browser.page().locator("dialog form").getAttribute("action"));
        visit("audit-log", "/settings/audit-log");
        visit("audit-log-no-match", "/settings/audit-log?who=nobody-at-all");
        visit("erasures", "/settings/erasures");
        browser.page().getByLabel("Records").fill("contact:of-nobody");
        browser.page().getByLabel("Erase permanently").check();
        browser.button("Erase").click();
        browser.page().getByText("era_").first().waitFor();
        check("erasures-begun");
        visit("unknown-webhook", "/settings/webhooks/wh_none");
        visit("unknown-address", "/no/such/page");
        visit("account", "/settings/account");
        visit("leave", "/settings/account/sign-out-everywhere");
    }

    /** Creates a webhook in each state and a delivery in each state, like a workspace after a bad day. */
    private String fill() throws SQLException {
        api.post("/webhooks", Map.of("url", receiver.url(LONG_PATH), "events", List.of("*")));
        var webhook = api.createWebhook(receiver.url("/hook"), "lead.created", "contact.created");
        api.patch("/webhooks/" + webhook, Map.of("description", "Orders of the shop in Lübeck"));
        receiver.answer(Answer.status(410).body("{\"error\":\"moved away\"}"));
        var failed =
                api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"lead-1\",\"score\":7,\"hot\":true}"));
        api.await(webhook, failed, "retrying", 1);
        api.giveUp(webhook);
        receiver.answer(Answer.status(200).body("{\"ok\":true}"));
        api.patch("/webhooks/" + webhook, Map.of("enabled", true));
        var delivered = api.deliveryOf(webhook, api.publish("contact.created", "{\"name\":\"Ümit 😀\",\"tags\":[]}"));
        api.await(webhook, delivered, "delivered", 1);
        receiver.answer(Answer.close());
        var retrying = api.deliveryOf(webhook, api.publish("lead.created", "{\"id\":\"lead-2\"}"));
        api.await(webhook, retrying, "retrying", 1);
        api.createWebhook(receiver.url("/unverified"), "message.created");
        receiver.answer(Answer.status(200));
        var disabled = api.createWebhook(receiver.url("/disabled"), "message.created");
        api.patch("/webhooks/" + disabled, Map.of("enabled", false));
        receiver.answer(Answer.close());
        count(webhook);
        return webhook;
    }

    /** Fills 20 hours of the previous day, some of them with failures, and with increasing response times. */
    private void count(String webhook) throws SQLException {
        try (var connection = HostDatabase.connect();
                var statement = connection.prepareStatement(
                        "insert into delivery_hour select ?, date_trunc('hour', now()) - i * interval '1 hour', status, 24 + duration_bucket,"
                                + " n, n * 100 from generate_series(2, 21) i, (values ('delivered', 0, 40), ('delivered', 8, 10),"
                                + " ('failed', 4, 6)) v (status, duration_bucket, m), lateral (select m * (i % 7) / 3 as n) c where n > 0")) {
            statement.setString(1, webhook);
            statement.executeUpdate();
        }
        new Sql()
                .run(
                        "insert into attempt_hour select ?, date_trunc('hour', now()) - i * interval '1 hour', 40 * (i % 7), 6 * (i % 3)"
                                + " from generate_series(2, 21) i",
                        webhook);
    }

    private void visit(String name, String path) {
        inspection.visit(name, path);
    }

    private void check(String name) {
        inspection.check(name);
    }
}
