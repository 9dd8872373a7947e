package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("The server answers")
class ProtocolTest {

    private static final String PROBE = "/api/v1/external/probe";

    private final Api api = Api.ofNewWorkspace();

    @ParameterizedTest
    @DisplayName("404 for unknown paths")
    @ValueSource(strings = {"/api", "/api/v1/external/nothing", "/api/v1/external/probe/nothing", "/api/v2/x"})
    void notFound(String path) {
        for (var method : List.of("GET", "OPTIONS")) {
            api.request()
                    .request(method, path)
                    .then()
                    .statusCode(404)
                    .contentType("application/json")
                    .body("code", equalTo("not_found"));
        }
    }

    @Test
    @DisplayName("405, 406 and 415 in the same envelope")
    void protocol() {
        api.request().put(PROBE).then().statusCode(405).body("code", equalTo("method_not_allowed"));
        api.request()
                .accept("application/xml")
                .get(PROBE)
                .then()
                .statusCode(406)
                .body("code", equalTo("not_acceptable"));
        api.request()
                .contentType("text/plain")
                .body("x")
                .post(PROBE)
                .then()
                .statusCode(415)
                .body("code", equalTo("unsupported_media_type"));
        api.request()
                .contentType("application/x-www-form-urlencoded")
                .formParam("a", "b")
                .post(PROBE)
                .then()
                .statusCode(415)
                .body("code", equalTo("unsupported_media_type"));
    }

    @ParameterizedTest
    @DisplayName("405 with the allowed methods")
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT     | /api/v1/external/probe                         | DELETE, GET, HEAD, OPTIONS, POST",
                "DELETE  | /api/v1/external/probe/list                    | GET, HEAD, OPTIONS",
                "PUT     | /api/v1/external/webhooks                      | GET, HEAD, OPTIONS, POST",
                "PUT     | /api/v1/external/webhooks/                     | GET, HEAD, OPTIONS, POST",
                "PUT     | /api/v1/external/webhooks/wh_1                 | DELETE, GET, HEAD, OPTIONS, PATCH",
                "GET     | /api/v1/external/webhooks/wh_1/ping            | OPTIONS, POST",
                "PATCH   | /api/v1/external/webhooks/wh_1/deliveries      | GET, HEAD, OPTIONS",
                "GET     | /api/v1/external/webhooks/wh_1/deliveries/d/retry | OPTIONS, POST",
                "POST    | /api/v1/external/events/any/thing.at+all       | GET, HEAD, OPTIONS",
                "GET     | /api/v1/internal/events                        | OPTIONS, POST",
                "GET     | /logout                                        | OPTIONS, POST",
                "GET     | /settings/webhooks/wh_1/ping                   | OPTIONS, POST",
                "DELETE  | /inbox/some-token                              | GET, HEAD, OPTIONS, POST"
            })
    void allowed(String method, String path, String methods) {
        api.request().request(method, path).then().statusCode(405).header("Allow", methods);
        if (path.startsWith("/api/")) {
            api.request().options(path).then().statusCode(200).header("Allow", methods);
        }
    }

    @Test
    @DisplayName("413 for a body that is larger than any path accepts")
    void tooLarge() throws IOException {
        assertThat(raw("POST " + PROBE + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                        + api.workspace().apiKey("read")
                        + "\r\nContent-Type: application/json\r\nContent-Length: 70000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("\"code\":\"payload_too_large\"");
        assertThat(raw("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    @DisplayName("413 for a body that is larger than its path accepts, before reading it")
    void tooLargeForAddress() throws IOException {
        assertThat(raw("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        assertThat(raw("POST " + PROBE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1100000\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("\"code\":\"payload_too_large\"");
    }

    @ParameterizedTest
    @DisplayName("so that a client that first sends a whole rejected body can read why")
    @ValueSource(strings = {"/login", PROBE, "/nothing"})
    void sentBeforeRead(String path) throws IOException {
        var head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + api.workspace().apiKey("read") + "\r\nContent-Type: application/json\r\n";
        int length = 30_000_000;
        var body = "x".repeat(length);
        assertThat(raw(head + "Content-Length: " + length + "\r\n\r\n" + body)).startsWith("HTTP/1.1 413");
        assertThat(raw(head + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(length) + "\r\n" + body
                        + "\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    @DisplayName("415 for a compressed body")
    void compressed() {
        api.request()
                .header("Content-Encoding", "gzip")
                .body("{}")
                .post("/api/v1/external/webhooks")
                .then()
                .statusCode(415)
                .body("error", org.hamcrest.Matchers.containsString("without Content-Encoding"));
    }

    @Test
    @DisplayName("an error for a form with too many fields")
    void tooManyFields() {
        var fields = "a=b&".repeat(1_500);
        io.restassured.RestAssured.given()
                .contentType("application/x-www-form-urlencoded")
                .body(fields)
                .post("/login")
                .then()
                .statusCode(org.hamcrest.Matchers.allOf(
                        org.hamcrest.Matchers.greaterThanOrEqualTo(400), org.hamcrest.Matchers.lessThan(500)));
    }

    @Test
    @DisplayName("only some of the problems of a list that has thousands")
    void manyProblems() {
        var answer = api.post(
                "/webhooks",
                java.util.Map.of(
                        "url", "https://hooks.example.com/", "events", java.util.Collections.nCopies(100_000, "")));
        answer.then().statusCode(400);
        assertThat(answer.asString().length()).isLessThan(10_000);
        var some = api.post(
                "/webhooks",
                java.util.Map.of(
                        "url",
                        "https://hooks.example.com/",
                        "events",
                        java.util.Collections.nCopies(99, "x".repeat(5_000))));
        some.then().statusCode(400);
        assertThat(some.asString().length()).isLessThan(30_000);
    }

    @ParameterizedTest
    @CsvSource({PROBE + ", 400", "/login, 400", "/q/health/live, 200"})
    @DisplayName("an error for an HTTP/1.0 request without a host, except for health checks")
    void noHost(String path, int status) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 " + status);
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket("localhost", RestAssured.port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
