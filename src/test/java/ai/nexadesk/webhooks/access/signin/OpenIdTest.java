package ai.nexadesk.webhooks.access.signin;

import ai.nexadesk.webhooks.access.Person;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.JsonLog;
import ai.nexadesk.webhooks.testing.SettableClock;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import ai.nexadesk.webhooks.testing.browser.Browser;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static ai.nexadesk.webhooks.testing.TestWorkspace.SESSION;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.params.provider.Arguments.arguments;

@QuarkusTest
@TestProfile(InstallationProfile.class)
@DisplayName("Signing in by OpenID Connect")
class OpenIdTest {

    private static final String COOKIE = SESSION + "-openid";

    @ConfigProperty(name = "nexadesk.openid.issuer")
    URI issuer;

    @Inject
    SettableClock clock;

    private FakeProvider provider;
    private TestWorkspace workspace;

    @BeforeEach
    void create() {
        workspace = TestWorkspace.create();
        DatabaseRole.HOST.run(() -> SignInAttempt.deleteAll());
        provider = FakeProvider.start(issuer.getPort());
        provider.signsIn(workspace.admin());
    }

    @AfterEach
    void close() {
        clock.reset();
        provider.close();
    }

    /**
     * A sign-in up to the provider's response: the browser's cookie, and the address to which the provider redirects.
     */
    private record Sent(String cookie, String location) {

        Response back(String address) {
            return given().redirects()
                    .follow(false)
                    .urlEncodingEnabled(false)
                    .cookie(COOKIE, cookie)
                    .get(address);
        }

        Response back() {
            return back(location);
        }

        Sent replacing(String part, String by) {
            return new Sent(cookie, location.replaceAll(part, by));
        }
    }

    private static Sent begin() {
        var begun = given().redirects()
                .follow(false)
                .urlEncodingEnabled(false)
                .get("/login/openid?next=%2Fsettings%2Ffailed");
        var cookie = begun.then().statusCode(303).extract().detailedCookie(COOKIE);
        assertThat(cookie.isHttpOnly() && cookie.isSecured()).isTrue();
        var answered =
                given().redirects().follow(false).urlEncodingEnabled(false).get(begun.header("Location"));
        return new Sent(
                cookie.getValue(), answered.then().statusCode(302).extract().header("Location"));
    }

    private static void expectRefused(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/login");
        assertThat(answer.cookie(SESSION)).isNull();
    }

    @Test
    @DisplayName("starts a session on the requested page, with an entry in the audit log")
    void signsIn() throws SQLException {
        var answer = begin().back();
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.header("Location")).isEqualTo("/settings/failed");
        var session = answer.cookie(SESSION);
        given().cookie(SESSION, session)
                .get("/settings/probe")
                .then()
                .statusCode(200)
                .body(containsString(workspace.admin() + " of " + workspace.id()));
        try (var connection = HostDatabase.connect();
                var rows = connection
                        .createStatement()
                        .executeQuery("select action || ': ' || detail from audit_entry where workspace_id = '"
                                + workspace.id() + "'")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("session.started: OpenID Connect");
        }
        // The session belongs to this application, so it can be ended here.
        DatabaseRole.HOST.run(
                () -> Session.revokeAll(Person.findByEmail(workspace.admin()).orElseThrow()));
        given().redirects()
                .follow(false)
                .cookie(SESSION, session)
                .get("/settings/probe")
                .then()
                .statusCode(303);
    }

    @Test
    @DisplayName("requests a code with a new state, nonce and PKCE challenge every time")
    void asksRight() {
        var first = given().redirects().follow(false).get("/login/openid").header("Location");
        var second = given().redirects().follow(false).get("/login/openid").header("Location");
        assertThat(first)
                .startsWith(provider.issuer() + "/authorize?response_type=code&client_id=nexadesk&")
                .contains("scope=openid+email", "code_challenge_method=S256");
        for (var name : List.of("state", "nonce", "code_challenge")) {
            var parameter = java.util.regex.Pattern.compile("[?&]" + name + "=([\\w-]{43})(&|$)");
            var values = Stream.of(first, second)
                    .flatMap(address -> parameter.matcher(address).results().map(found -> found.group(1)))
                    .toList();
            assertThat(values).as(name).hasSize(2).doesNotHaveDuplicates();
        }
    }

    @Test
    @DisplayName("works once: a repeated response of the provider is rejected")
    void replayed() {
        var sent = begin();
        assertThat(sent.back().cookie(SESSION)).isNotNull();
        expectRefused(sent.back());
        // Another code that the provider issued in the meantime is rejected, too.
        var other = begin();
        var code = other.location().replaceFirst(".*[?&](code=[^&]*).*", "$1");
        expectRefused(sent.replacing("code=[^&]*", code).back());
    }

    @Test
    @DisplayName("is rejected with another state, without one, in another browser, later, or from another issuer")
    void state() {
        expectRefused(
                begin().replacing("state=[^&]*", "state=" + "a".repeat(43)).back());
        expectRefused(begin().replacing("&state=[^&]*", "").back());
        expectRefused(new Sent(begin().cookie(), begin().location()).back());
        expectRefused(given().redirects().follow(false).get(begin().location()));
        expectRefused(begin().replacing("$", "&iss=https://other.example").back());
        expectRefused(begin().replacing("code=[^&]*", "code=guessed").back());
        expectRefused(begin().replacing("code=[^&]*", "error=access_denied").back());
        var late = begin();
        clock.advance(Duration.ofMinutes(11));
        expectRefused(late.back());
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                arguments(
                        "the nonce of another sign-in", says(claims -> claims.setStringClaim("nonce", "a".repeat(43)))),
                arguments("no nonce", says(claims -> claims.unsetClaim("nonce"))),
                arguments("another audience", says(claims -> claims.setAudience("somebody-else"))),
                arguments(
                        "several audiences but no authorized party",
                        says(claims -> claims.setAudience("nexadesk", "other"))),
                arguments("another authorized party", says(claims -> claims.setStringClaim("azp", "other"))),
                arguments("another issuer", says(claims -> claims.setIssuer("https://other.example"))),
                arguments(
                        "an expiry in the past", says(claims -> claims.setExpirationTime(NumericDate.fromSeconds(1)))),
                arguments("no expiry", says(claims -> claims.unsetClaim("exp"))),
                arguments("a start in the future", says(claims -> claims.setNotBeforeMinutesInThePast(-30))),
                arguments("an unverified email address", says(claims -> claims.setClaim("email_verified", false))),
                arguments("email_verified as text", says(claims -> claims.setStringClaim("email_verified", "true"))),
                arguments("no email_verified", says(claims -> claims.unsetClaim("email_verified"))),
                arguments("no email address", says(claims -> claims.unsetClaim("email"))),
                arguments(
                        "the signature of another key",
                        signs(token -> token.setKey(FakeProvider.newKey().getPrivateKey()))),
                arguments("an unknown key ID", signs(token -> token.setKeyIdHeaderValue("other"))),
                arguments("no signature", signs(token -> {
                    token.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
                    token.setAlgorithmHeaderValue("none");
                    token.setKey(null);
                })),
                arguments("a signature made with our secret", signs(token -> {
                    token.setAlgorithmHeaderValue("HS256");
                    token.setKey(new HmacKey(
                            "0123456789012345678901234567890123456789".getBytes(StandardCharsets.US_ASCII)));
                })));
    }

    private static Consumer<FakeProvider> says(Consumer<JwtClaims> change) {
        return provider -> provider.says(change);
    }

    private static Consumer<FakeProvider> signs(Consumer<JsonWebSignature> change) {
        return provider -> provider.signs(change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    @DisplayName("rejects, and does not log, a token with")
    void lie(String what, Consumer<FakeProvider> lie) {
        lie.accept(provider);
        try (var log = JsonLog.listen()) {
            expectRefused(begin().back());
            assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains(".eyJ"));
        }
    }

    @Test
    @DisplayName("creates no person, and tells unknown people so in plain text")
    void unknown() {
        provider.signsIn("<b>nobody@example.com</b>");
        var answer = begin().back();
        expectRefused(answer);
        assertThat(given().cookies(answer.cookies()).get("/login").asString())
                .contains("No account has the email address &lt;b&gt;nobody@example.com");
    }

    @Test
    @DisplayName("says what to do while the provider does not respond, and still allows passwords")
    void unavailable() {
        provider.close();
        expectRefused(given().redirects().follow(false).get("/login/openid"));
        assertThat(TestWorkspace.signIn(workspace.admin())).isNotEmpty();
    }

    @Test
    @DisplayName("is a button on the sign-in page that works in a browser")
    void inBrowser() {
        try (var browser = Browser.open()) {
            browser.go("/settings/api-keys");
            browser.page().getByText("Sign in with Example ID").click();
            com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat(browser.page())
                    .hasURL(java.util.regex.Pattern.compile(".*/settings/api-keys$"));
            assertThat(browser.complaints()).isEmpty();
        }
    }
}
