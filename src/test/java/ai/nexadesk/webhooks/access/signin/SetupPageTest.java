package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.Visitor;
import ai.nexadesk.webhooks.testing.browser.Browser;
import ai.nexadesk.webhooks.testing.browser.Inspection;
import ai.nexadesk.webhooks.testing.browser.Viewport;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@TestProfile(SetupPageTest.NewInstallation.class)
@DisplayName("A new installation")
class SetupPageTest {

    private static final String TOKEN = "a token for tests only, which an operator makes up";
    private static final String PASSWORD = "a password of their own";

    /** Configures a setup token, as an operator does for a new installation. */
    public static class NewInstallation implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("nexadesk.setup-token", TOKEN);
        }
    }

    private static Response send(String token, String workspace, String email, String password) {
        var csrf = TestWorkspace.csrfToken();
        return given().redirects()
                .follow(false)
                .cookie("nexadesk-csrf", csrf)
                .formParam("csrf-token", csrf)
                .formParam("token", token)
                .formParam("workspace", workspace)
                .formParam("workspace_name", "First")
                .formParam("name", "Ada")
                .formParam("email", email)
                .formParam("password", password)
                .post("/setup");
    }

    private static void inspect(Viewport look) {
        try (var browser = look.open()) {
            var inspection = new Inspection(browser, look);
            inspection.visit("setup", "/setup");
            for (var label : List.of("Setup token", "Workspace ID", "Workspace name", "Your name", "Password")) {
                browser.page().getByLabel(label).fill("short");
            }
            browser.page().getByLabel("Setup token").fill(TOKEN);
            browser.page().getByLabel("Email address").fill("ada@example.com");
            browser.button("Create admin").click();
            browser.page().getByText("The admin was not created.").waitFor();
            inspection.check("setup-refused");
            inspection.end();
        }
    }

    /** There is only one test, because the setup works only once. */
    @Test
    @DisplayName("gets its first admin once, from a holder of the token")
    void once() {
        send("a token that somebody else made up, of any length", "ws_first1234567", "a@example.com", PASSWORD)
                .then()
                .statusCode(422)
                .body(containsString("token is wrong"), not(containsString(PASSWORD)));
        send("", "ws_first1234567", "a@example.com", PASSWORD).then().statusCode(422);
        for (var workspace : List.of("first1234567", "ws_first", "ws_first12345678")) {
            send(TOKEN, workspace, "nobody", "short")
                    .then()
                    .statusCode(422)
                    .body(containsString("12 letters or digits"), containsString("at least 12"))
                    .body(not(containsString(TOKEN)));
        }
        for (int i = 0; i <= SignInAttempt.MAX_ATTEMPTS; i++) {
            send(TOKEN, "ws_first1234567", "nobody", PASSWORD).then().statusCode(422);
        }

        for (var look : Viewport.values()) {
            inspect(look);
        }
        try (var browser =
                Browser.open(new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(false))) {
            browser.go("/setup");
            browser.page().getByLabel("Setup token").fill(TOKEN);
            browser.page().getByLabel("Workspace ID").fill("ws_first1234567");
            browser.page().getByLabel("Workspace name").fill("First");
            browser.page().getByLabel("Your name").fill("Ada");
            browser.page().getByLabel("Email address").fill("ada@example.com");
            browser.page().getByLabel("Password").fill(PASSWORD);
            browser.button("Create admin").click();
            assertThat(browser.flash()).containsText("The first admin was created. Sign in.");
        }

        assertThat(new Sql().text("select actor || ' ' || action || ' ' || ip from audit_entry order by id limit 1"))
                .isEqualTo("ada@example.com person.created 127.0.0.1");
        given().get("/setup").then().statusCode(404);
        send(TOKEN, "ws_second123456", "b@example.com", PASSWORD).then().statusCode(404);
        var session = TestWorkspace.signIn("ada@example.com", PASSWORD, null)
                .then()
                .statusCode(303)
                .extract()
                .cookie(TestWorkspace.SESSION);
        new Visitor(session, "").get("/settings/api-keys").then().statusCode(200);
    }
}
