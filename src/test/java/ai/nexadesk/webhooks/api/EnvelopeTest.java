package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@DisplayName("The API answers")
class EnvelopeTest {

    private static final String PROBE = "/api/v1/external/probe";

    private String key;

    @BeforeEach
    void create() {
        key = TestWorkspace.create().apiKey("read", "write");
    }

    private RequestSpecification api() {
        return given().header("Authorization", "Bearer " + key);
    }

    private ValidatableResponse post(String body) {
        return api().contentType("application/json").body(body).post(PROBE).then();
    }

    @Test
    @DisplayName("in snake_case, with nulls, and with times in UTC to the millisecond")
    void success() {
        api().get(PROBE)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("success", equalTo(true))
                .body("data.at", equalTo("2026-03-20T14:00:00.000Z"))
                .body("data", hasKey("nothing"))
                .body("data.nothing", nullValue());
    }

    @Test
    @DisplayName("lists with their pagination, whose cursor goes on where the part ended")
    void pagination() {
        var cursor = api().get(PROBE + "/list")
                .then()
                .statusCode(200)
                .body("data[0]", equalTo("first"))
                .body("pagination.has_more", equalTo(true))
                .body("pagination.total_count", equalTo(10_000))
                .body("pagination.total_is_lower_bound", equalTo(true))
                .body("pagination.limit", equalTo(50))
                .body("pagination.next_cursor", notNullValue())
                .extract()
                .<String>path("pagination.next_cursor");
        api().queryParam("cursor", cursor)
                .queryParam("limit", 7)
                .get(PROBE + "/list")
                .then()
                .statusCode(200)
                .body("data[0]", equalTo("second"))
                .body("pagination.total_count", equalTo(2))
                .body("pagination", not(hasKey("total_is_lower_bound")))
                .body("pagination.limit", equalTo(7));
    }

    @ParameterizedTest
    @DisplayName("that a limit is out of range")
    @ValueSource(strings = {"0", "101", "-1", "ten", "1.5", "99999999999"})
    void limit(String limit) {
        api().queryParam("limit", limit)
                .get(PROBE + "/list")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_limit"))
                .body("fields.limit[0]", equalTo("limit must be a whole number from 1 to 100."));
    }

    @ParameterizedTest
    @DisplayName("that a cursor is not one of ours")
    @ValueSource(strings = {"x", "AAAA", "AAAAAAAA", "äöü", "AAAAAHNlY29uZA"})
    void cursor(String cursor) {
        api().queryParam("cursor", cursor)
                .get(PROBE + "/list")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_cursor"));
    }

    @Test
    @DisplayName("with cursors that any change of a character spoils")
    void tamperedCursor() {
        var id = UUID.randomUUID();
        var cursor = Cursor.after(id, "b");
        assertThat(Cursor.fromString(cursor.toString())).isEqualTo(cursor);
        assertThat(cursor.uuid(0)).isEqualTo(id);
        assertThatThrownBy(() -> cursor.uuid(1)).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> cursor.string(2)).isInstanceOf(ApiException.class);

        var text = cursor.toString();
        for (int place = 0; place < text.length() - 1; place++) {
            var tampered = new StringBuilder(text);
            tampered.setCharAt(place, text.charAt(place) == 'A' ? 'B' : 'A');
            assertThatThrownBy(() -> Cursor.fromString(tampered.toString())).isInstanceOf(ApiException.class);
        }
    }

    @Test
    @DisplayName("with the error that a resource chose")
    void conflict() {
        api().get(PROBE + "/conflict")
                .then()
                .statusCode(409)
                .body("success", equalTo(false))
                .body("error", equalTo("There is one already."))
                .body("code", equalTo("already_there"))
                .body("$", not(hasKey("fields")));
    }

    @ParameterizedTest
    @DisplayName("404 where there is nothing")
    @ValueSource(strings = {"/api", "/api/v1/external/nothing", "/api/v1/external/probe/nothing", "/api/v2/x"})
    void notFound(String path) {
        api().get(path).then().statusCode(404).contentType("application/json").body("code", equalTo("not_found"));
    }

    @Test
    @DisplayName("405, 406 and 415 in the same envelope")
    void protocol() {
        api().put(PROBE).then().statusCode(405).body("code", equalTo("method_not_allowed"));
        api().accept("application/xml").get(PROBE).then().statusCode(406).body("code", equalTo("not_acceptable"));
        api().contentType("text/plain")
                .body("x")
                .post(PROBE)
                .then()
                .statusCode(415)
                .body("code", equalTo("unsupported_media_type"));
        api().formParam("a", "b").post(PROBE).then().statusCode(415).body("code", equalTo("unsupported_media_type"));
    }

    @ParameterizedTest
    @DisplayName("405 with the methods that are allowed")
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
        api().request(method, path).then().statusCode(405).header("Allow", methods);
    }

    @Test
    @DisplayName("that a body is larger than anything we take")
    void tooLarge() throws IOException {
        assertThat(raw("POST " + PROBE + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key
                        + "\r\nContent-Type: application/json\r\nContent-Length: 70000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413")
                .contains("\"code\":\"payload_too_large\"");
        assertThat(raw("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @CsvSource({PROBE + ", 400", "/login, 400", "/q/health/live, 200"})
    @DisplayName("that a request of HTTP/1.0 names no host; those who ask for the health need not")
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

    @ParameterizedTest
    @DisplayName("where a body is not JSON")
    @ValueSource(
            strings = {
                "{",
                "{\"first_name\":\"a\",}",
                "nonsense",
                "{\"count\":1} x",
                "{\"count\":1,\"count\":2}",
                "[]",
                "1"
            })
    void malformed(String body) {
        post(body).statusCode(400).body("code", equalTo("malformed_json")).body("error", containsString("body"));
    }

    @ParameterizedTest
    @DisplayName("that a body is missing")
    @ValueSource(strings = {"", "null"})
    void noBody(String body) {
        post(body).statusCode(400).body("success", equalTo(false));
    }

    @Test
    @DisplayName("which member it does not know")
    void unknownMember() {
        post("{\"first_name\":\"a\",\"count\":1,\"ebabled\":true}")
                .statusCode(400)
                .body("code", equalTo("unknown_member"))
                .body("error", equalTo("There is no member \"ebabled\"; there are: count, enabled, first_name, tags."))
                .body("fields.ebabled[0]", equalTo("There is no such member."));
    }

    @ParameterizedTest
    @DisplayName("which member has a wrong type, and what it should be")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'first_name':1,'count':1}                | first_name | first_name must be text.",
                "{'first_name':true,'count':1}             | first_name | first_name must be text.",
                "{'first_name':{},'count':1}               | first_name | first_name must be text.",
                "{'first_name':'a','count':'1'}            | count      | count must be a whole number.",
                "{'first_name':'a','count':1.5}            | count      | count must be a whole number.",
                "{'first_name':'a','count':null}           | count      | count must be a whole number.",
                "{'first_name':'a','count':99999999999999} | count      | count must be a whole number.",
                "{'first_name':'a','count':1,'enabled':1}  | enabled    | enabled must be true or false.",
                "{'first_name':'a','count':1,'enabled':'true'}  | enabled | enabled must be true or false.",
                "{'first_name':'a','count':1,'tags':'a'}   | tags       | tags must be a list.",
                "{'first_name':'a','count':1,'tags':[1]}   | tags[0]  | tags[0] must be text."
            },
            quoteCharacter = '`')
    void wrongType(String body, String field, String message) {
        post(body.replace('\'', '"'))
                .statusCode(400)
                .body("code", equalTo("wrong_type"))
                .body("error", equalTo(message))
                .body("fields", hasKey(field.replace("'", "")));
    }

    @Test
    @DisplayName("what is wrong with each member")
    void validation() {
        post("{\"first_name\":\" \",\"count\":1,\"tags\":[\"a\",\"\"]}")
                .statusCode(400)
                .body("code", equalTo("validation_failed"))
                .body("fields.first_name[0]", notNullValue())
                .body("fields", hasKey("tags[1]"));
    }

    @Test
    @DisplayName("about our own mistakes with a reference and no detail")
    void bug() {
        api().get(PROBE + "/bug")
                .then()
                .statusCode(500)
                .body("code", equalTo("internal_error"))
                .body(
                        "error",
                        matchesPattern("Something went wrong on our side\\. Reference [0-9a-f]{8}-[0-9a-f]{4}\\."))
                .body(not(containsString("secret-detail")));
    }

    @Test
    @DisplayName("people with a page")
    void pages() {
        given().get("/no-such-page")
                .then()
                .statusCode(404)
                .contentType("text/html")
                .body(containsString("<html"))
                .body(containsString("There is no such page."));
        given().get("/settings/probe/bug")
                .then()
                .statusCode(500)
                .contentType("text/html")
                .body(containsString("Something went wrong on our side. Reference "))
                .body(not(containsString("secret-detail")));
    }

    @Test
    @DisplayName("htmx with the words only")
    void fragments() {
        given().header("HX-Request", "true")
                .get("/settings/probe/bug")
                .then()
                .statusCode(500)
                .body(containsString("Something went wrong on our side."))
                .body(not(containsString("<html")));
    }
}
