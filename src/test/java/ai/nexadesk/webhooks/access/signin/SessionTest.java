package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.access.ProbeResources;
import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import jakarta.inject.Inject;

import static ai.nexadesk.webhooks.testing.TestWorkspace.PASSWORD;
import static ai.nexadesk.webhooks.testing.TestWorkspace.SESSION;
import static ai.nexadesk.webhooks.testing.TestWorkspace.csrfToken;
import static ai.nexadesk.webhooks.testing.TestWorkspace.signIn;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("A session")
class SessionTest {

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
    @DisplayName("sets a cookie that is not sent to scripts, other hosts or http")
    void cookieFlags() {
        var cookie = signIn(workspace.admin(), PASSWORD, null).getDetailedCookie(SESSION);

        assertThat(cookie.isHttpOnly()).isTrue();
        assertThat(cookie.isSecured()).isTrue();
        assertThat(cookie.getSameSite()).isEqualTo("Lax");
        assertThat(cookie.getPath()).isEqualTo("/");
        assertThat(cookie.getDomain()).isNull();
        assertThat(cookie.getValue()).hasSize(43);
    }

    @Test
    @DisplayName("keeps only the hash of the session's token")
    void storesHashOnly() {
        var token = signIn(workspace.admin());

        DatabaseRole.HOST.run(
                () -> assertThat(Session.<Session>listAll().stream().map(session -> session.tokenHash))
                        .contains(Hashes.sha256(token))
                        .doesNotContain(token.getBytes()));
    }

    @Test
    @DisplayName("ends after 30 days, even if it is in use")
    void longest() {
        var token = signIn(workspace.admin());
        for (int hours = 0; hours < 30 * 24 - 10; hours += 10) {
            assertThat(live(token)).as("after %d hours", hours).isTrue();
            ProbeResources.open(token).then().statusCode(200);
            clock.advance(Duration.ofHours(10));
        }
        clock.advance(Duration.ofHours(10));
        assertThat(live(token)).isFalse();
    }

    private boolean live(String token) {
        return DatabaseRole.ENTRY.call(
                () -> Session.findLive(token, clock.instant()).isPresent());
    }

    @Test
    @DisplayName("replaces the session that the browser had before")
    void rotates() {
        var before = signIn(workspace.admin());
        var token = csrfToken();
        var after = given().redirects()
                .follow(false)
                .cookie(SESSION, before)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("email", workspace.admin())
                .formParam("password", PASSWORD)
                .post("/login")
                .then()
                .statusCode(303)
                .extract()
                .cookie(SESSION);

        assertThat(after).isNotEqualTo(before);
        ProbeResources.open(before).then().statusCode(303);
        ProbeResources.open(after).then().statusCode(200);
    }

    @Test
    @DisplayName("ends at sign-out, even for someone who has copied the cookie")
    void signOut() {
        var session = signIn(workspace.admin());
        var token = csrfToken();

        var gone = given().redirects()
                .follow(false)
                .cookie(SESSION, session)
                .cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .post("/logout")
                .then()
                .statusCode(303)
                .header("Location", "/login")
                .extract()
                .detailedCookie(SESSION);
        assertThat(gone.getMaxAge()).isZero();

        ProbeResources.open(session).then().statusCode(303);
    }

    @Test
    @DisplayName("lasts as long as it is used")
    void slidingExpiry() {
        var session = signIn(workspace.admin());
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofHours(11));
            ProbeResources.open(session).then().statusCode(200);
        }
        clock.advance(Duration.ofHours(12).plusSeconds(1));
        ProbeResources.open(session).then().statusCode(303);
    }

    @Test
    @DisplayName("can be ended everywhere for a person")
    void revokeAll() {
        var one = signIn(workspace.admin());
        var other = signIn(workspace.admin());

        DatabaseRole.HOST.run(
                () -> Session.revokeAll(Person.findByEmail(workspace.admin()).orElseThrow()));

        ProbeResources.open(one).then().statusCode(303);
        ProbeResources.open(other).then().statusCode(303);
    }
}
