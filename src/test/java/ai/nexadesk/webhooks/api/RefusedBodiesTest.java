package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.testing.Api;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;

@QuarkusTest
@DisplayName("The API says")
class RefusedBodiesTest {

    private static final String PROBE = "/api/v1/external/probe";

    private final Api api = Api.ofNewWorkspace();

    private ValidatableResponse post(String body) {
        return api.request()
                .contentType("application/json")
                .body(body)
                .post(PROBE)
                .then();
    }

    @ParameterizedTest
    @DisplayName("where a body is not valid JSON")
    @ValueSource(strings = {"{", "{\"first_name\":\"a\",}", "nonsense", "{\"count\":1} x", "[]", "1"})
    void malformed(String body) {
        post(body).statusCode(400).body("code", equalTo("malformed_json")).body("error", containsString("body"));
    }

    @Test
    @DisplayName("which member occurs twice")
    void duplicate() {
        post("{\"count\":1,\"count\":2}")
                .statusCode(400)
                .body("code", equalTo("duplicate_member"))
                .body("error", equalTo("\"count\" occurs twice. Send each field once."))
                .body("fields", hasKey("count"));
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
                .body("error", equalTo("Unknown field \"ebabled\". Known fields: count, enabled, first_name, tags."))
                .body("fields.ebabled[0]", equalTo("Unknown field."));
    }

    @Test
    @DisplayName("that a call without a body accepts no members")
    void noMembers() {
        api.request()
                .body("{\"dry_run\":true}")
                .delete(PROBE)
                .then()
                .statusCode(400)
                .body("code", equalTo("unknown_member"))
                .body("error", equalTo("Unknown field \"dry_run\". No fields are allowed."))
                .body("fields", hasKey("dry_run"));
        api.request().body("nonsense").delete(PROBE).then().statusCode(400).body("code", equalTo("malformed_json"));
        for (var nothing : List.of("", "{}", "null")) {
            api.request().body(nothing).delete(PROBE).then().statusCode(200);
        }
    }

    @ParameterizedTest
    @DisplayName("which member has the wrong type, and which type is expected")
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
}
