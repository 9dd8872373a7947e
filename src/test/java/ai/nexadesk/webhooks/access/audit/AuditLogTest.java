package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.Browser;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A filter of the audit log")
class AuditLogTest {

    private final Api api = Api.ofNewWorkspace();
    private final Sql sql = new Sql();

    private void insert(int count, String actor) {
        sql.run("""
                insert into audit_entry (workspace_id, at, actor, action, subject)
                select ?, now(), ?, 'webhook.updated', 'wh_' || n from generate_series(1, ?) n
                """, api.workspace().id(), actor, count);
    }

    @Test
    @DisplayName("is looked for in a bounded number of entries for a request, and goes on from there")
    void bounded() {
        insert(1, "Rare");
        insert(AuditLog.SCANNED, "Robo");

        var first = api.get("/audit-log?who=rare");
        assertThat(first.getList("data")).isEmpty();
        assertThat(first.getBoolean("pagination.has_more")).isTrue();
        assertThat(first.getInt("pagination.total_count")).isZero();
        assertThat(first.getBoolean("pagination.total_is_lower_bound")).isTrue();
        var next = api.get("/audit-log?who=rare&cursor=" + first.getString("pagination.next_cursor"));
        assertThat(next.getList("data.actor")).containsExactly("Rare");
        assertThat(next.getBoolean("pagination.has_more")).isFalse();

        var all = api.get("/audit-log");
        assertThat(all.getInt("pagination.total_count")).isEqualTo(10_000);
        assertThat(all.getList("data")).hasSize(50);
    }

    @Test
    @DisplayName("says on the page how far back it was looked for, and goes on from there")
    void boundedOnThePage() {
        insert(1, "Rare");
        insert(AuditLog.SCANNED - 1, "Robo");
        insert(1, "Rare");
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.link("Audit log").click();
            browser.page().getByLabel("Who").fill("rare");
            browser.page().getByLabel("Who").blur();
            var log = browser.region("Audit log");
            assertThat(log).containsText("1 entry since ");
            assertThat(log).containsText("Searched back to ");
            assertThat(browser.rows()).hasCount(1);
            browser.link("Search further back").click();
            assertThat(browser.rows()).hasCount(2);
            assertThat(browser.link("Search further back")).hasCount(0);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("says that nothing was found only while that is true, and keeps the focus where it goes on")
    void nothingYetOnThePage() {
        insert(1, "Rare");
        insert(2 * AuditLog.SCANNED, "Robo");
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            browser.go("/settings/audit-log?who=rare");
            var log = browser.region("Audit log");
            assertThat(log).containsText("No match yet. Searched back to ");
            assertThat(browser.rows()).hasCount(0);

            browser.link("Search further back").click();
            assertThat(log).not().containsText("No match yet");
            assertThat(log).containsText("Searched back to ");
            assertThat(browser.link("Search further back")).isFocused();
            assertThat(browser.page().locator("#announcer")).containsText("Searched back to ");

            browser.link("Search further back").click();
            assertThat(browser.rows()).hasCount(1);
            assertThat(browser.rows().first()).isFocused();
            assertThat(log).not().containsText("Searched back to");

            browser.go("/settings/audit-log?who=rarest");
            browser.link("Search further back").click();
            assertThat(log).not().containsText("No match yet");
            browser.link("Search further back").click();
            assertThat(log).containsText("No older entries found.");
            assertThat(browser.page().locator("#more")).isFocused();
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
