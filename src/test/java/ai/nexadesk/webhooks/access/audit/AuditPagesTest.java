package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.Answer;
import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Receiver;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@DisplayName("The audit log")
class AuditPagesTest {

    private static final String PAGE = "/settings/audit-log";

    private final Api api = Api.ofNewWorkspace();
    private final TestWorkspace workspace = api.workspace();

    @AutoClose
    private final Receiver receiver = Receiver.start();

    private List<AuditEntry> entries() {
        return DatabaseRole.HOST.call(() -> AuditEntry.list("workspaceId = ?1 order by id", workspace.id()));
    }

    private AuditEntry last(String action) {
        return entries().stream()
                .filter(entry -> entry.action.equals(action))
                .reduce((one, next) -> next)
                .orElseThrow();
    }

    @Test
    @DisplayName("shows a webhook before and after each change, by page or API")
    void beforeAndAfter() {
        var first = receiver.url("/first");
        var second = receiver.url("/second");
        var id = api.createWebhook(first, "lead.created");
        assertThat(last("webhook.created").changes())
                .contains(new Change("url", "", first), new Change("events", "", "lead.created"));
        assertThat(Visitor.signedIn(workspace.admin())
                        .get("/settings/audit-log")
                        .asString())
                .containsOnlyOnce(first)
                .contains("events:");
        assertThat(last("webhook.pinged").changes()).containsExactly(new Change("status", "unverified", "active"));

        Visitor.signedIn(workspace.admin())
                .post(
                        "/settings/webhooks/" + id + "/edit",
                        Map.of("url", second, "description", "Orders", "events", List.of("lead.created")))
                .then()
                .statusCode(303);
        var edited = last("webhook.updated");
        assertThat(edited.actor).isEqualTo(workspace.admin());
        assertThat(edited.ip).isEqualTo("127.0.0.1");
        assertThat(edited.changes())
                .containsExactly(
                        new Change("url", first, second),
                        new Change("description", "", "Orders"),
                        new Change("status", "active", "unverified"));

        api.patch("/webhooks/" + id, Map.of("enabled", false)).then().statusCode(200);
        var disabled = last("webhook.updated");
        assertThat(disabled.actor).startsWith("API key Test key (fc_live_");
        assertThat(disabled.changes()).containsExactly(new Change("status", "active", "disabled"));

        api.delete("/webhooks/" + id).then().statusCode(200);
        assertThat(last("webhook.deleted").changes()).contains(new Change("url", second, ""));
    }

    @Test
    @DisplayName("has an entry for every change by a page or the API, without secrets")
    void complete() {
        var id = api.createWebhook(receiver.url("/hook"), "lead.created");
        var admin = Visitor.signedIn(workspace.admin());
        var page = "/settings/webhooks/" + id;
        admin.post(page + "/ping").then().statusCode(303);
        admin.post(page + "/secret").then().statusCode(200);
        admin.post(page + "/secret/rotate", Map.of("overlap_hours", "1")).then().statusCode(303);
        var pending = api.get("/webhooks/" + id + "/secret").getMap("data").values();
        admin.post(page + "/secret/switch").then().statusCode(303);
        receiver.answer(Answer.status(500));
        var delivery = api.deliveryOf(id, api.publish("lead.created", "{\"id\":\"1\"}"));
        api.await(id, delivery, "retrying", 1);
        admin.post(page + "/logs/" + delivery + "/retry").then().statusCode(303);
        admin.post("/settings/needs-attention/selected", Map.of("delivery", delivery))
                .then()
                .statusCode(303);
        admin.post(page + "/logs/retry").then().statusCode(303);
        admin.post("/settings/recover", Map.of("webhook", id, "since", "2026-01-01T00:00"))
                .then()
                .statusCode(303);
        admin.post(page + "/test", Map.of("event", "lead.created", "data", "{\"id\":\"1\"}"))
                .then()
                .statusCode(303);
        admin.post(page + "/disable").then().statusCode(303);
        admin.post(page + "/enable").then().statusCode(303);
        receiver.answer(Answer.status(410));
        api.patch("/webhooks/" + id, Map.of("description", "x"));
        admin.post(page + "/delete").then().statusCode(303);
        admin.post("/logout").then().statusCode(303);

        assertThat(entries())
                .extracting(entry -> entry.action)
                .contains(
                        "webhook.created",
                        "session.started",
                        "webhook.pinged",
                        "webhook.secret_revealed",
                        "webhook.secret_rotated",
                        "webhook.secret_switched",
                        "delivery.retried",
                        "delivery.retried_all",
                        "webhook.recovered",
                        "webhook.tested",
                        "webhook.updated",
                        "webhook.deleted",
                        "session.ended");
        assertThat(entries())
                .extracting(entry -> entry.detail + entry.changes())
                .noneMatch(text -> text.contains("whsec_"))
                .noneMatch(text -> pending.stream().anyMatch(secret -> text.contains(String.valueOf(secret))));
    }

    @Test
    @DisplayName("cannot be changed, shortened or emptied, not even by the application's own role")
    void appendOnly() throws SQLException {
        api.createWebhook(receiver.url("/hook"), "*");
        for (var attack : List.of(
                "update audit_entry set actor = 'somebody else'",
                "delete from audit_entry where workspace_id = '" + workspace.id() + "'",
                "truncate audit_entry")) {
            try (var connection = HostDatabase.connect();
                    var statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute(attack))
                        .as(attack)
                        .hasMessageContaining("The audit log is append-only");
            }
        }
        assertThat(entries()).isNotEmpty();
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @DisplayName("can be filtered, and shows more with the same filters")
    @ValueSource(booleans = {true, false})
    void filteredAndMore(boolean scripts) {
        DatabaseRole.HOST.run(() -> {
            for (int i = 0; i < 60; i++) {
                entry("Robo", "webhook.updated", "wh_" + i).persist();
                entry("Nobody", "job.cancelled", "job_" + i).persist();
            }
        });
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(workspace.admin());
            browser.link("Audit log").click();
            assertThat(browser.rows()).hasCount(50);
            browser.page().getByLabel("Who").fill("robo");
            if (scripts) {
                browser.page().getByLabel("Who").blur();
            } else {
                browser.button("Filter").click();
            }
            assertThat(browser.page()).hasURL(java.util.regex.Pattern.compile("who=robo"));
            assertThat(browser.rows().first()).containsText("wh_59");
            assertThat(browser.region("Audit log")).containsText("60 entries");
            browser.link("Load more").click();
            assertThat(browser.rows()).hasCount(scripts ? 60 : 10);
            assertThat(browser.rows().last()).containsText("wh_0");
            assertThat(browser.link("Load more")).hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
        var admin = Visitor.signedIn(workspace.admin());
        admin.get(PAGE + "?kind=job&q=JOB_59")
                .then()
                .body(containsString("job_59"), containsString("1 entry<"), not(containsString("job_58")));
        admin.get(PAGE + "?q=100%25&who=%00").then().statusCode(200).body(containsString("No entries match"));
        admin.get(PAGE + "?after=nonsense&kind=%25").then().statusCode(200);
    }

    @Test
    @DisplayName("is only for admins of its workspace, and shows quoted content as text")
    void adminsOnly() {
        DatabaseRole.HOST.run(
                () -> entry("<b>Bold</b>", "webhook.updated", "wh_hostile").persist());
        Visitor.signedIn(workspace.agent()).get(PAGE).then().statusCode(403);
        Visitor.signedIn(workspace.admin())
                .get(PAGE)
                .then()
                .statusCode(200)
                .body(containsString("&lt;b&gt;Bold"), not(containsString("<b>Bold")));
        Visitor.signedIn(TestWorkspace.create().admin())
                .get(PAGE)
                .then()
                .statusCode(200)
                .body(not(containsString("wh_hostile")));
    }

    private AuditEntry entry(String actor, String action, String subject) {
        return new AuditEntry(workspace.id(), Instant.now(), actor, action, subject, "", "192.0.2.1", List.of());
    }
}
