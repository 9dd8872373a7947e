package ai.nexadesk.webhooks.access;

import ai.nexadesk.webhooks.testing.RawHttp;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import static ai.nexadesk.webhooks.testing.TestWorkspace.SESSION;
import static ai.nexadesk.webhooks.testing.TestWorkspace.csrfToken;
import static ai.nexadesk.webhooks.testing.TestWorkspace.signIn;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.containsStringIgnoringCase;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("Pages and API")
class PagesAndApiSeparationTest {

    private static final String EXTERNAL = "/api/v1/external/probe";
    private static final String INTERNAL = "/api/v1/internal/probe";
    private static final String PAGE = "/settings/probe";

    private TestWorkspace workspace;

    @BeforeEach
    void create() {
        workspace = TestWorkspace.create();
    }

    private static RequestSpecification bearer(String token) {
        return given().redirects().follow(false).header("Authorization", "Bearer " + token);
    }

    private static RequestSpecification session(String email) {
        return given().redirects().follow(false).cookie(SESSION, signIn(email));
    }

    private static RequestSpecification form(RequestSpecification request) {
        var token = csrfToken();
        return request.cookie("nexadesk-csrf", token)
                .formParam("csrf-token", token)
                .formParam("name", "x");
    }

    @ParameterizedTest
    @DisplayName("a session does not give access to the API")
    @ValueSource(strings = {EXTERNAL, INTERNAL, "/api;a=b/v1/external/probe", "/api/v1/external;a=b/probe"})
    void sessionOnApi(String path) {
        session(workspace.admin()).urlEncodingEnabled(false).get(path).then().statusCode(not(200));
    }

    @Test
    @DisplayName("an API key gives access neither to pages nor to publishing")
    void apiKeyElsewhere() {
        var key = workspace.apiKey("read", "write");
        bearer(key).get(EXTERNAL).then().statusCode(200);
        bearer(key).get(PAGE).then().statusCode(303);
        bearer(key).get(INTERNAL).then().statusCode(401);
        given().redirects().follow(false).cookie(SESSION, key).get(PAGE).then().statusCode(303);
    }

    @Test
    @DisplayName("a publisher's token gives access to publishing only")
    void publisher() {
        bearer("test-publisher-token").get(INTERNAL).then().statusCode(200);
        bearer("test-publisher-token-of-another-service").get(INTERNAL).then().statusCode(200);
        bearer("test-publisher-tokem").get(INTERNAL).then().statusCode(401).body("code", equalTo("unauthorized"));
        given().get(INTERNAL).then().statusCode(401).body("error", containsString("publisher token"));
        bearer("test-publisher-token").get(EXTERNAL).then().statusCode(401);
        bearer("test-publisher-token").get(PAGE).then().statusCode(303);
    }

    @Test
    @DisplayName("a page that needs a sign-in redirects there and back")
    void signInFirst() {
        given().redirects()
                .follow(false)
                .get(PAGE + "?status=failed&q=a")
                .then()
                .statusCode(303)
                .header("Location", "/login?next=%2Fsettings%2Fprobe%3Fstatus%3Dfailed%26q%3Da");
    }

    @Test
    @DisplayName("htmx is told to load the sign-in page as a whole page")
    void signInFirstForHtmx() {
        given().header("HX-Request", "true")
                .header("HX-Current-URL", "http://localhost:8081/settings/webhooks?q=a")
                .get(PAGE)
                .then()
                .statusCode(401)
                .header("HX-Redirect", equalTo("/login?next=%2Fsettings%2Fwebhooks%3Fq%3Da"));
    }

    @Test
    @DisplayName("an agent may read everything that an admin may change")
    void roles() {
        session(workspace.agent()).get(PAGE).then().statusCode(200);
        form(session(workspace.agent()))
                .post(PAGE)
                .then()
                .statusCode(403)
                .contentType("text/html")
                .body(containsString("<html"))
                .body(containsString("Ask a workspace admin."));
        session(workspace.admin()).get(PAGE).then().statusCode(200);
        form(session(workspace.admin())).post(PAGE).then().statusCode(200).body(containsString("written x"));
    }

    @Test
    @DisplayName("a form without its token is rejected with a page that says what to do")
    void tokenMissing() {
        session(workspace.admin())
                .formParam("name", "x")
                .post(PAGE)
                .then()
                .statusCode(400)
                .contentType("text/html")
                .body(containsString("reload the page"));
        session(workspace.admin())
                .cookie("nexadesk-csrf", csrfToken())
                .formParam("csrf-token", csrfToken())
                .formParam("name", "x")
                .post(PAGE)
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @DisplayName("a form without its token is rejected, even with an unusual content type")
    @ValueSource(
            strings = {
                "Application/X-WWW-Form-Urlencoded",
                "application/X-www-form-urlencoded",
                "application/x-www-form-urlencoded;charset=UTF-8",
                "application/*",
                "*/*",
                "multipart/*",
                "multipart/form-data; boundary=b",
                "Multipart/Form-Data; boundary=b",
                "text/plain"
            })
    void oddFormType(String type) throws IOException {
        var session = signIn(workspace.admin());
        var request = "POST /settings/account/sign-out-everywhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: " + type + "\r\nContent-Length: 3\r\nCookie: " + SESSION + "=" + session
                + "; nexadesk-csrf=" + csrfToken() + "\r\n\r\na=b";
        assertThat(RawHttp.send(RestAssured.port, request.getBytes(StandardCharsets.US_ASCII), false, 10_000)
                        .status())
                .isIn(400, 403);
        given().redirects()
                .follow(false)
                .cookie(SESSION, session)
                .get(PAGE)
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @DisplayName("a malformed multipart form does not cause a 500")
    @ValueSource(strings = {"/settings/probe", "/inbox/probe", "/inbox/abc/answer", "/setup"})
    void brokenParts(String path) throws IOException {
        var body = "--b\r\nContent-Disposition\u0001: form-data; name=\"a\"\r\n\r\nx\r\n--b--\r\n";
        var token = csrfToken();
        var request = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-CSRF-TOKEN: " + token
                + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " + body.length()
                + "\r\nCookie: "
                + SESSION + "=" + signIn(workspace.admin()) + "; nexadesk-csrf=" + token + "\r\n\r\n" + body;
        assertThat(RawHttp.send(RestAssured.port, request.getBytes(StandardCharsets.US_ASCII), false, 10_000)
                        .status())
                .isBetween(200, 499);
    }

    @Test
    @DisplayName("a request that is not a form needs the token in a header")
    void tokenInHeader() {
        var token = csrfToken();
        session(workspace.admin())
                .contentType("application/json")
                .body("{}")
                .post(PAGE)
                .then()
                .statusCode(403);
        session(workspace.admin()).post(PAGE).then().statusCode(400);
        session(workspace.admin())
                .cookie("nexadesk-csrf", token)
                .header("X-CSRF-TOKEN", token)
                .formParam("name", "x")
                .post(PAGE)
                .then()
                .statusCode(200);
        session(workspace.admin())
                .cookie("nexadesk-csrf", token)
                .header("X-CSRF-TOKEN", token + "x")
                .formParam("name", "x")
                .post(PAGE)
                .then()
                .statusCode(400);
    }

    @ParameterizedTest
    @DisplayName("a form from another site is rejected, even with a token")
    @CsvSource({
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, same-origin, 200",
        "Origin, https://evil.example, 403",
        "Origin, null, 200"
    })
    void crossSite(String header, String value, int status) {
        form(session(workspace.admin())).header(header, value).post(PAGE).then().statusCode(status);
    }

    @Test
    @DisplayName("neither the API nor the inbox requires a form token")
    void tokenNotNeeded() {
        bearer(workspace.apiKey("write"))
                .contentType("application/json")
                .body("{\"first_name\":\"x\",\"count\":1}")
                .post(EXTERNAL)
                .then()
                .statusCode(200)
                .header("Set-Cookie", nullValue());
        given().header("Origin", "https://elsewhere.example")
                .contentType("application/json")
                .body("{}")
                .post("/inbox/probe")
                .then()
                .statusCode(200);
        bearer(workspace.apiKey("write"))
                .delete(EXTERNAL)
                .then()
                .statusCode(200)
                .header("Set-Cookie", nullValue());
        bearer(workspace.apiKey("read")).get(EXTERNAL).then().statusCode(200).header("Set-Cookie", nullValue());
    }

    @Test
    @DisplayName("pages have security headers")
    void pageHeaders() {
        given().get("/login")
                .then()
                .header("Content-Security-Policy", containsString("default-src 'none'; script-src 'self'"))
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store")
                .header("Strict-Transport-Security", matchesPattern("max-age=\\d+.*"))
                .header("Set-Cookie", containsStringIgnoringCase("HttpOnly"))
                .header("Set-Cookie", containsString("Secure"));
        given().get("/no-such-page").then().header("Content-Security-Policy", containsString("default-src 'none'"));
        given().get("/assets/icons.svg").then().statusCode(200).header("Cache-Control", not("no-store"));
    }

    @Test
    @DisplayName("API responses are neither sniffed nor cached")
    void apiHeaders() {
        given().get(EXTERNAL)
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("Cache-Control", "no-store")
                .header("Content-Security-Policy", nullValue());
    }
}
