package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.ProbeResources;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import jakarta.inject.Inject;

import static ai.nexadesk.webhooks.testing.TestWorkspace.PASSWORD;
import static ai.nexadesk.webhooks.testing.TestWorkspace.SESSION;
import static ai.nexadesk.webhooks.testing.TestWorkspace.signIn;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@DisplayName("Signing in")
class SignInTest {

    private static final String BROWSER = SESSION + "-known";

    @Inject
    SettableClock clock;

    private TestWorkspace workspace;

    @BeforeEach
    void create() {
        workspace = TestWorkspace.create();
        DatabaseRole.HOST.run(() -> SignInAttempt.deleteAll());
    }

    @AfterEach
    void resetClock() {
        clock.reset();
    }

    @Test
    @DisplayName("gives access to the pages of the person's own workspace")
    void opensPages() {
        ProbeResources.open(signIn(workspace.admin()))
                .then()
                .statusCode(200)
                .body(containsString(workspace.admin() + " of " + workspace.id()));
    }

    @Test
    @DisplayName("ignores the case of the email address")
    void ignoresCase() {
        signIn(workspace.admin().toUpperCase(), PASSWORD, null).then().statusCode(303);
    }

    @Test
    @DisplayName("with a wrong password shows the form again, with the address and an error beside the password")
    void wrongPassword() {
        signIn(workspace.admin(), "wrong", "/settings/failed")
                .then()
                .statusCode(422)
                .body(containsString("value=\"" + workspace.admin() + "\""))
                .body(containsString("aria-describedby=\"password-error\""))
                .body(containsString("value=\"/settings/failed\""))
                .body(not(containsString("value=\"wrong\"")));
    }

    @Test
    @DisplayName("does not reveal whether the address or the password was wrong")
    void unknownAddress() {
        var unknown = signIn("nobody@example.com", "wrong", null)
                .then()
                .statusCode(422)
                .extract();
        var known =
                signIn(workspace.admin(), "wrong", null).then().statusCode(422).extract();

        assertThat(withoutInput(unknown)).isEqualTo(withoutInput(known));
    }

    private String withoutInput(ExtractableResponse<Response> response) {
        return response.asString()
                .replaceAll("nobody@example.com|" + workspace.admin(), "")
                .replaceAll("\"[\\w-]{22}\"", "token");
    }

    @Test
    @DisplayName("without address or password says which is missing")
    void missing() {
        signIn("", "", null)
                .then()
                .statusCode(422)
                .body(containsString("Enter your email address."))
                .body(containsString("Enter your password."));
    }

    @Test
    @DisplayName("survives a NUL character")
    void nul() {
        signIn("a\0b@example.com", "x\0y", null).then().statusCode(422);
    }

    @Test
    @DisplayName("is rejected after ten failures, even with the right password, until 15 minutes have passed")
    void throttled() {
        for (int i = 0; i < SignInAttempt.MAX_ATTEMPTS; i++) {
            signIn(workspace.admin(), "wrong", null).then().statusCode(422);
        }
        signIn(workspace.admin(), PASSWORD, null).then().statusCode(429).body(containsString("Too many attempts"));
        signIn(workspace.agent(), PASSWORD, null).then().statusCode(303);

        clock.advance(SignInAttempt.WINDOW.plusSeconds(1));
        signIn(workspace.admin(), PASSWORD, null).then().statusCode(303);
    }

    @Test
    @DisplayName("still works in a browser that has signed in before, regardless of failures elsewhere")
    void knownBrowser() {
        var known = signIn(workspace.admin(), PASSWORD, null).getCookie(BROWSER);
        for (int i = 0; i <= SignInAttempt.MAX_FOR_ACCOUNT; i++) {
            var stranger = "198.51.100." + i;
            DatabaseRole.ENTRY.run(() -> SignInAttempt.begin(workspace.admin(), stranger, clock.instant()));
        }
        signIn(workspace.admin(), PASSWORD, null).then().statusCode(429);
        signInKnown(workspace.agent(), known).then().statusCode(303);
        signInKnown(workspace.admin(), known.replaceFirst("^.", "g")).then().statusCode(429);
        signInKnown(workspace.admin(), known).then().statusCode(303);
    }

    private static Response signInKnown(String email, String known) {
        return TestWorkspace.loginForm(email, PASSWORD).cookie(BROWSER, known).post("/login");
    }

    @Test
    @DisplayName("without an account name is counted for each address separately")
    void doors() {
        for (int i = 0; i <= SignInAttempt.MAX_FOR_ACCOUNT; i++) {
            var stranger = "198.51.100." + i;
            DatabaseRole.ENTRY.run(() -> SignInAttempt.beginWithoutAccount("openid", stranger, clock.instant()));
        }
        var mine = DatabaseRole.ENTRY.call(
                () -> SignInAttempt.beginWithoutAccount("openid", "203.0.113.1", clock.instant()));
        assertThat(DatabaseRole.ENTRY.call(mine::isOverLimit)).isFalse();
    }

    @Test
    @DisplayName("is counted by IPv6 network, not by address")
    void networks() {
        for (int i = 0; i < SignInAttempt.MAX_FROM_NETWORK; i++) {
            var stranger = "20:01:0d:b8:00:01:00:%02x".formatted(i);
            DatabaseRole.ENTRY.run(() -> SignInAttempt.beginWithoutAccount("openid", stranger, clock.instant()));
        }
        assertThat(isOverLimit("20:01:0d:b8:00:01:ff:ff")).isTrue();
        assertThat(isOverLimit("20:01:0d:b8:00:02:00:00")).isFalse();
    }

    private boolean isOverLimit(String network) {
        var attempt =
                DatabaseRole.ENTRY.call(() -> SignInAttempt.beginWithoutAccount("openid", network, clock.instant()));
        return DatabaseRole.ENTRY.call(attempt::isOverLimit);
    }

    @Test
    @DisplayName("with a wrong password is recorded in the audit log, at intervals")
    void refusalsAudited() {
        for (int i = 0; i < 3; i++) {
            signIn(workspace.admin(), "wrong", null).then().statusCode(422);
        }
        assertThat(DatabaseRole.HOST.<Long>call(() -> AuditEntry.count(
                        "workspaceId = ?1 and action = 'session.refused' and subject = ?2",
                        workspace.id(),
                        workspace.admin())))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("is not throttled by failures before a success")
    void forgiven() {
        for (int i = 0; i < SignInAttempt.MAX_ATTEMPTS - 1; i++) {
            signIn(workspace.admin(), "wrong", null).then().statusCode(422);
        }
        signIn(workspace.admin(), PASSWORD, null).then().statusCode(303);
        signIn(workspace.admin(), "wrong", null).then().statusCode(422);
        signIn(workspace.admin(), PASSWORD, null).then().statusCode(303);
    }

    @ParameterizedTest
    @DisplayName("continues to a page of the application")
    @ValueSource(
            strings = {
                "/settings/webhooks",
                "/settings/webhooks/wh_1/logs?status=failed&q=a%20b",
                "/settings/failed?q={a|b}",
                "/"
            })
    void next(String next) {
        signIn(workspace.admin(), PASSWORD, next).then().statusCode(303).header("Location", next);
    }

    @ParameterizedTest
    @DisplayName("never continues to another site")
    @ValueSource(
            strings = {
                "https://evil.example",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "/\t/evil.example",
                "/\n/evil.example",
                "javascript:alert(1)",
                "evil.example",
                "@evil.example",
                "/settings\r\nSet-Cookie: a=b",
                "/login?next=/login",
                "/logout",
                "/a\\b"
            })
    void openRedirect(String next) {
        var location = signIn(workspace.admin(), PASSWORD, next)
                .then()
                .statusCode(303)
                .extract()
                .header("Location");

        assertThat(location).isEqualTo("/");
    }

    @ParameterizedTest
    @DisplayName("never continues to another host by way of dots")
    @ValueSource(
            strings = {"/.//evil.example", "/..//evil.example", "/settings/..//evil.example", "/./%2fevil.example"})
    void detour(String next) {
        signIn(workspace.admin(), PASSWORD, next).then().header("Location", matchesPattern("/[^/].*"));
    }

    @ParameterizedTest
    @DisplayName("and redirects to it contain no host or scheme, so that nobody can choose one")
    @ValueSource(strings = {"/", "/settings/account", "/settings/webhooks?q=a%20b"})
    void namesNoHost(String path) {
        given().redirects()
                .follow(false)
                .header("Host", "evil.example")
                .header("X-Forwarded-Host", "evil.example")
                .header("Forwarded", "host=evil.example;proto=https")
                .get(path)
                .then()
                .statusCode(303)
                .header("Location", matchesPattern("/[^/].*"));
    }

    @Test
    @DisplayName("has no page for creating a first admin unless the operator enables it")
    void noSetup() {
        given().get("/setup").then().statusCode(404);
    }

    @Test
    @DisplayName("is recorded in the audit log")
    void audited() {
        signIn(workspace.admin());

        DatabaseRole.HOST.run(() -> {
            var entry =
                    AuditEntry.<AuditEntry>find("workspaceId", workspace.id()).singleResult();
            assertThat(entry.actor).isEqualTo(workspace.admin());
            assertThat(entry.action).isEqualTo("session.started");
            assertThat(entry.ip).isEqualTo("127.0.0.1");
        });
    }
}
