package ai.nexadesk.webhooks.access.apikey;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import jakarta.inject.Inject;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@DisplayName("Under Settings > API Keys, an admin")
class ApiKeyPagesTest {

    private static final String PAGE = "/settings/api-keys";
    private static final Pattern KEY = Pattern.compile("fc_live_[0-9A-Za-z]{36}");

    @Inject
    SettableClock clock;

    private final TestWorkspace workspace = TestWorkspace.create();

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    private static ValidatableResponse read(String key) {
        return given().header("Authorization", "Bearer " + key)
                .get("/api/v1/external/probe")
                .then();
    }

    private static String keyIn(String page) {
        var found = KEY.matcher(page);
        assertThat(found.find()).isTrue();
        return found.group();
    }

    private UUID idOf(String key) {
        return DatabaseRole.HOST.call(() -> ApiKey.findByPlaintext(key).orElseThrow().id);
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @DisplayName("creates a key, sees it once, sees its use, and revokes it after a question that names it")
    @ValueSource(booleans = {true, false})
    void wholeLife(boolean scripts) {
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(workspace.admin());
            browser.link("API keys").click();
            browser.link("Create API key").click();
            browser.page().getByLabel("Name").fill("Order sync");
            browser.page().locator("input[value=read]").check();
            browser.button("Create API key").click();
            var key = browser.page().locator("#api-key").textContent();
            read(key).statusCode(200).body("data.workspace_id", equalTo(workspace.id()));

            browser.link("Done").click();
            assertThat(browser.rows()).containsText("Order sync");
            assertThat(browser.rows()).containsText(key.substring(0, 12) + "…");
            assertThat(browser.rows()).containsText("Active");
            assertThat(browser.rows()).not().containsText("Never");
            assertThat(browser.page().content()).doesNotContain(key);

            browser.link("Revoke… Order sync").click();
            assertThat(browser.heading("Revoke this API key?")).isVisible();
            assertThat(browser.page().locator(".object")).containsText("Order sync");
            browser.button("Revoke API key").click();
            assertThat(browser.flash()).containsText("Revoked Order sync.");
            assertThat(browser.rows()).containsText("Revoked");
            read(key).statusCode(401);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @DisplayName("limits a key to addresses, networks and a last day")
    void limits() {
        var admin = Visitor.signedIn(workspace.admin());
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        var form = new HashMap<String, Object>(Map.of("name", "Bound", "scopes", List.of("read", "write")));
        form.put("expires", today.toString());
        form.put("allowed_ips", "203.0.113.7\n127.0.0.0/8, 2001:db8::/32");
        var key = keyIn(
                admin.post(PAGE + "/new", form).then().statusCode(200).extract().asString());
        read(key).statusCode(200);
        admin.get(PAGE).then().body(containsString("only from 203.0.113.7, 127.0.0.0/8, 2001:db8::/32"));

        clock.advance(Duration.ofDays(1));
        read(key).statusCode(401).body("error", containsString("expired"));

        clock.reset();
        form.put("allowed_ips", "203.0.113.7");
        read(keyIn(admin.post(PAGE + "/new", form).asString())).statusCode(403);
    }

    @ParameterizedTest
    @DisplayName("sees errors beside their fields and keeps the input")
    @CsvSource({
        "'', read, '', '', Enter the name",
        "Typed, '', '', '', Choose at least one scope.",
        "Typed, admin, '', '', Choose at least one scope.",
        "Typed, read, 10.0.0.0/33, '', is not an IP address or network",
        "Typed, read, localhost, '', is not an IP address or network",
        "Typed, read, '', 2001-01-01, Enter today or a later date.",
        "Typed, read, '', tomorrow, Enter today or a later date.",
        "Typed, read, '', +999999999-12-30, Enter today or a later date."
    })
    void refused(String name, String scope, String ips, String expires, String complaint) {
        var fields = new HashMap<String, String>(Map.of("name", name, "allowed_ips", ips, "expires", expires));
        if (!scope.isEmpty()) {
            fields.put("scopes", scope);
        }
        Visitor.signedIn(workspace.admin())
                .post(PAGE + "/new", fields)
                .then()
                .statusCode(422)
                .body(containsString(complaint))
                .body(containsString("aria-"))
                .body(containsString(ips));
        DatabaseRole.HOST.run(() -> assertThat(ApiKey.listOf(workspace.id())).isEmpty());
    }

    @Test
    @DisplayName("is the only one with access: agents and other workspaces find nothing")
    void adminsOnly() {
        var id = idOf(workspace.apiKey("read"));
        var agent = Visitor.signedIn(workspace.agent());
        agent.get("/settings/webhooks").then().body(not(containsString(PAGE)));
        for (var path : List.of(PAGE, PAGE + "/new", PAGE + "/" + id + "/revoke")) {
            agent.get(path).then().statusCode(403).body(containsString("Ask a workspace admin."));
        }
        agent.post(PAGE + "/new", Map.of("name", "Mine", "scopes", "write"))
                .then()
                .statusCode(403);
        agent.post(PAGE + "/" + id + "/revoke").then().statusCode(403);

        var stranger = Visitor.signedIn(TestWorkspace.create().admin());
        stranger.get(PAGE).then().statusCode(200).body(containsString("No API keys yet."));
        stranger.get(PAGE + "/" + id + "/revoke").then().statusCode(404);
        stranger.post(PAGE + "/" + id + "/revoke").then().statusCode(404);
        stranger.get(PAGE + "/x/revoke").then().statusCode(404);
        DatabaseRole.HOST.run(
                () -> assertThat(ApiKey.listOf(workspace.id())).singleElement().matches(key -> !key.isRevoked()));
    }

    @Test
    @DisplayName("is recorded in the audit log, without the key")
    void audited() {
        var admin = Visitor.signedIn(workspace.admin());
        var key = keyIn(admin.post(PAGE + "/new", Map.of("name", "Noted", "scopes", "read"))
                .asString());
        for (int again = 0; again < 2; again++) {
            admin.post(PAGE + "/" + idOf(key) + "/revoke")
                    .then()
                    .statusCode(303)
                    .header("Location", endsWith(PAGE));
        }

        DatabaseRole.HOST.run(() -> {
            List<AuditEntry> entries =
                    AuditEntry.list("workspaceId = ?1 and action like 'api_key.%' order by id", workspace.id());
            assertThat(entries)
                    .extracting(entry -> entry.actor + " " + entry.action + " " + entry.subject + " " + entry.detail)
                    .containsExactly(
                            workspace.admin() + " api_key.created " + key.substring(0, 12) + " Noted; read",
                            workspace.admin() + " api_key.revoked " + key.substring(0, 12) + " Noted");
        });
    }
}
