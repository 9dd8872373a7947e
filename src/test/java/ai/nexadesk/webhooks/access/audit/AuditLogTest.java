package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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

    /** Makes the next request wait so long for the table that it searches only the first piece of the log. */
    private static void slowly(Runnable request) {
        try (var connection = HostDatabase.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock audit_entry in access exclusive mode");
            var released = CompletableFuture.runAsync(
                    () -> {
                        try {
                            connection.commit();
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    CompletableFuture.delayedExecutor(1_500, TimeUnit.MILLISECONDS));
            request.run();
            released.join();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("is searched to the end of the log for a full page and an exact count")
    void full() {
        insert(2, "Rare");
        insert(2 * AuditLog.SCANNED, "Robo");

        var found = api.get("/audit-log?who=rare");
        assertThat(found.getList("data.actor")).containsExactly("Rare", "Rare");
        assertThat(found.getBoolean("pagination.has_more")).isFalse();
        assertThat(found.getInt("pagination.total_count")).isEqualTo(2);
        var first = api.get("/audit-log?who=rare&limit=1");
        assertThat(first.getBoolean("pagination.has_more")).isTrue();
        var next = api.get("/audit-log?who=rare&limit=1&cursor=" + first.getString("pagination.next_cursor"));
        assertThat(next.getList("data.actor")).containsExactly("Rare");
        assertThat(next.getBoolean("pagination.has_more")).isFalse();

        var all = api.get("/audit-log");
        assertThat(all.getInt("pagination.total_count")).isEqualTo(10_000);
        assertThat(all.getBoolean("pagination.total_is_lower_bound")).isTrue();
        assertThat(all.getList("data")).hasSize(50);
    }

    @Test
    @DisplayName("has an item on every page for programs, and a next page only if there is another item")
    void slowPage() {
        insert(3, "Rare");
        insert(2 * AuditLog.SCANNED, "Robo");
        slowly(() -> {
            var part = api.get("/audit-log?who=rare");
            assertThat(part.getList("data.actor")).containsExactly("Rare", "Rare", "Rare");
            assertThat(part.getBoolean("pagination.has_more")).isFalse();
        });
        insert(2, "Rare");
        slowly(() -> {
            var part = api.get("/audit-log?who=rare");
            assertThat(part.getList("data.actor")).containsExactly("Rare");
            assertThat(part.getBoolean("pagination.has_more")).isTrue();
            assertThat(part.getInt("pagination.total_count")).isEqualTo(2);
            assertThat(part.getBoolean("pagination.total_is_lower_bound")).isTrue();
            var rest = api.get("/audit-log?who=rare&cursor=" + part.getString("pagination.next_cursor"));
            assertThat(rest.getList("data")).hasSize(4);
        });
    }

    @Test
    @DisplayName("shows on the page how far back it was searched, and continues from there")
    void boundedOnThePage() {
        insert(1, "Rare");
        insert(AuditLog.SCANNED - 1, "Robo");
        insert(1, "Rare");
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            slowly(() -> browser.go("/settings/audit-log?who=rare"));
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
    @DisplayName("reports no match only if that is certain, and keeps the focus when it continues")
    void nothingYetOnThePage() {
        insert(1, "Rare");
        insert(2 * AuditLog.SCANNED, "Robo");
        try (var browser = Browser.open()) {
            browser.signIn(api.workspace().admin());
            slowly(() -> browser.go("/settings/audit-log?who=rare"));
            var log = browser.region("Audit log");
            assertThat(log).containsText("No match yet. Searched back to ");
            assertThat(browser.rows()).hasCount(0);

            slowly(() -> {
                browser.link("Search further back").click();
                assertThat(log).not().containsText("No match yet");
                assertThat(log).containsText("Searched back to ");
            });
            assertThat(browser.link("Search further back")).isFocused();
            assertThat(browser.page().locator("#announcer")).containsText("Searched back to ");

            browser.link("Search further back").click();
            assertThat(browser.rows()).hasCount(1);
            assertThat(browser.rows().first()).isFocused();
            assertThat(log).not().containsText("Searched back to");

            slowly(() -> browser.go("/settings/audit-log?who=rarest"));
            browser.link("Search further back").click();
            assertThat(log).not().containsText("No match yet");
            assertThat(log).containsText("No older entries found.");
            assertThat(browser.page().locator("#more")).isFocused();
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
