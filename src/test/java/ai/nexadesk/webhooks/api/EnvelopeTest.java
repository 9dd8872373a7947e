package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("in snake_case, with nulls, and with times in UTC to the millisecond")
    void success() {
        api.request()
                .get(PROBE)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("success", equalTo(true))
                .body("data.at", equalTo("2026-03-20T14:00:00.000Z"))
                .body("data", hasKey("nothing"))
                .body("data.nothing", nullValue());
    }

    @Test
    @DisplayName("deprecated calls, and no others, with the dates in headers, even for errors")
    void deprecated() {
        api.request()
                .get(PROBE + "/old")
                .then()
                .statusCode(200)
                .header("Deprecation", "@1801353600")
                .header("Sunset", "Sun, 01 Aug 2027 00:00:00 GMT");
        api.request()
                .get(PROBE + "/old?limit=0")
                .then()
                .statusCode(400)
                .header("Sunset", "Sun, 01 Aug 2027 00:00:00 GMT");
        api.request().get(PROBE).then().header("Deprecation", nullValue()).header("Sunset", nullValue());
    }

    @Test
    @DisplayName("lists with pagination, whose cursor continues where the part ended")
    void pagination() {
        var cursor = api.request()
                .get(PROBE + "/list")
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
        api.request()
                .queryParam("cursor", cursor)
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
    @DisplayName("an error for a limit that is out of range")
    @ValueSource(strings = {"0", "101", "-1", "ten", "1.5", "99999999999"})
    void limit(String limit) {
        api.request()
                .queryParam("limit", limit)
                .get(PROBE + "/list")
                .then()
                .statusCode(400)
                .body("code", equalTo("validation_failed"))
                .body("fields.limit[0]", equalTo("limit must be a whole number from 1 to 100."));
    }

    @ParameterizedTest
    @DisplayName("an error for an invalid cursor")
    @ValueSource(strings = {"x", "AAAA", "AAAAAAAA", "äöü", "AAAAAHNlY29uZA"})
    void cursor(String cursor) {
        api.request()
                .queryParam("cursor", cursor)
                .get(PROBE + "/list")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_cursor"));
    }

    @Test
    @DisplayName("with cursors in which any changed character is detected")
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
        api.request()
                .get(PROBE + "/conflict")
                .then()
                .statusCode(409)
                .body("success", equalTo(false))
                .body("error", equalTo("There is one already."))
                .body("code", equalTo("already_there"))
                .body("$", not(hasKey("fields")));
    }

    @Test
    @DisplayName("about internal errors with a reference and no detail")
    void bug() {
        api.request()
                .get(PROBE + "/bug")
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
                .body(containsString("Page not found."));
        given().get("/settings/probe/bug")
                .then()
                .statusCode(500)
                .contentType("text/html")
                .body(containsString("Something went wrong on our side. Reference "))
                .body(not(containsString("secret-detail")));
    }

    @Test
    @DisplayName("htmx with only the message")
    void fragments() {
        given().header("HX-Request", "true")
                .get("/settings/probe/bug")
                .then()
                .statusCode(500)
                .body(containsString("Something went wrong on our side."))
                .body(not(containsString("<html")));
    }
}
