package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static ai.nexadesk.webhooks.testing.TestWorkspace.PASSWORD;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@DisplayName("On the page of their account, a person")
class AccountPagesTest {

    private static final String PAGE = "/settings/account";
    private static final String NEW = "another horse and another staple";

    private final TestWorkspace workspace = TestWorkspace.create();

    @BeforeEach
    void forgetAttempts() {
        DatabaseRole.HOST.run(() -> SignInAttempt.deleteAll());
    }

    private static Map<String, String> change(String current, String wanted, String again) {
        return Map.of("current", current, "new", wanted, "again", again);
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @DisplayName("changes the password, which ends all other sessions")
    @ValueSource(booleans = {true, false})
    void changes(boolean scripts) {
        var elsewhere = Visitor.signedIn(workspace.agent());
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(workspace.agent());
            browser.link("Alan Agent").click();
            assertThat(browser.region("Sessions")).containsText("2 active sessions");
            browser.page().locator("#current").fill(PASSWORD);
            browser.page().locator("#new").fill(NEW);
            browser.page().locator("#again").fill(NEW);
            browser.button("Change password").click();
            assertThat(browser.flash()).containsText("Password changed. All other sessions were signed out.");
            assertThat(browser.region("Sessions")).containsText("1 active session");
            assertThat(browser.complaints()).isEmpty();
        }
        elsewhere.get(PAGE).then().statusCode(303);
        TestWorkspace.signIn(workspace.agent(), PASSWORD, null).then().statusCode(422);
        TestWorkspace.signIn(workspace.agent(), NEW, null).then().statusCode(303);
        assertThat(actions()).isEqualTo(1);
    }

    private long actions() {
        return DatabaseRole.HOST.call(() -> AuditEntry.count(
                "workspaceId = ?1 and actor = ?2 and action = 'person.password_changed'",
                workspace.id(),
                workspace.agent()));
    }

    @ParameterizedTest
    @DisplayName("sees the problem with a new password and keeps the old one")
    @CsvSource({
        "wrong password, " + NEW + ", " + NEW + ", not your current password",
        PASSWORD + ", short, short, at least 12",
        PASSWORD + ", " + NEW + ", something else, The passwords don",
        PASSWORD + ", Password123!!, Password123!!, easy to guess",
        PASSWORD + ", ääääääääääääääääääääääääääääääääääääää, ääääääääääääääääääääääääääääääääääääää, at most 72 bytes"
    })
    void refused(String current, String wanted, String again, String complaint) {
        Visitor.signedIn(workspace.admin())
                .post(PAGE + "/password", change(current, wanted, again))
                .then()
                .statusCode(422)
                .body(containsString(complaint), not(containsString(NEW)));
        TestWorkspace.signIn(workspace.admin(), PASSWORD, null).then().statusCode(303);
    }

    @Test
    @DisplayName("cannot guess the password with a stolen session")
    void throttled() {
        var thief = Visitor.signedIn(workspace.admin());
        for (int i = 0; i < SignInAttempt.MAX_ATTEMPTS; i++) {
            thief.post(PAGE + "/password", change("guess " + i, NEW, NEW))
                    .then()
                    .statusCode(422);
        }
        thief.post(PAGE + "/password", change(PASSWORD, NEW, NEW)).then().statusCode(429);
    }

    @Test
    @DisplayName("can try any number of new passwords with the right current one")
    void notThrottled() {
        var person = Visitor.signedIn(workspace.admin());
        for (int i = 0; i <= SignInAttempt.MAX_ATTEMPTS; i++) {
            person.post(PAGE + "/password", change(PASSWORD, "short", "short"))
                    .then()
                    .statusCode(422);
        }
    }

    @ParameterizedTest(name = "with scripts: {0}")
    @DisplayName("signs out here, and then everywhere including this browser, but nobody else")
    @ValueSource(booleans = {true, false})
    void everywhere(boolean scripts) {
        var other = Visitor.signedIn(workspace.admin());
        var colleague = Visitor.signedIn(workspace.agent());
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(scripts))) {
            browser.signIn(workspace.admin());
            browser.button("Sign out").click();
            assertThat(browser.heading("Sign in")).isVisible();
            other.get(PAGE).then().statusCode(200);

            browser.signIn(workspace.admin());
            browser.link("Your account").click();
            browser.link("Sign out everywhere…").click();
            assertThat(browser.page().locator(".confirm .object")).containsText(workspace.admin());
            browser.link("Cancel").click();
            assertThat(browser.heading("Your account")).isVisible();
            other.get(PAGE).then().statusCode(200);
            browser.link("Sign out everywhere…").click();
            browser.button("Sign out everywhere").click();
            assertThat(browser.heading("Sign in")).isVisible();
            browser.go(PAGE);
            assertThat(browser.heading("Sign in")).isVisible();
            assertThat(browser.complaints()).isEmpty();
        }
        other.get(PAGE).then().statusCode(303);
        colleague.get(PAGE).then().statusCode(200);
    }
}
