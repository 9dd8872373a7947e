package ai.nexadesk.webhooks.docs;

import ai.nexadesk.webhooks.testing.Api;
import ai.nexadesk.webhooks.testing.ApiDescription;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.regex.Pattern;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The reference of the REST API")
class ApiReferenceTest {

    private ApiDescription description;

    @BeforeEach
    void read() {
        description = ApiDescription.read();
    }

    private static String page() {
        return given().get("/docs/api").then().statusCode(200).extract().asString();
    }

    @Test
    @DisplayName("publicly shows every call with an example, every schema and value, and every error with cause and "
            + "remedy")
    void complete() {
        var page = page();
        for (var operation : description.operations()) {
            assertThat(page)
                    .contains("id=\"" + operation.id() + "\"")
                    .contains(
                            "<code>" + operation.method().toUpperCase(java.util.Locale.ROOT) + " " + operation.path());
        }
        assertThat(page).contains("curl -X POST ", "-H &quot;Authorization: Bearer $NEXADESK_API_KEY&quot;");
        var schemas = description.document().at("/components/schemas");
        schemas.fieldNames().forEachRemaining(name -> assertThat(page).contains("id=\"" + name + "\""));
        for (var codes : List.of("ErrorCode", "AttemptErrorCode")) {
            schemas.at("/" + codes + "/x-enumDescriptions").properties().forEach(code -> {
                var meaning = code.getValue().textValue();
                assertThat(page)
                        .contains("<code>" + code.getKey() + "</code>")
                        .contains(meaning.substring(0, meaning.indexOf('.')));
            });
        }
    }

    @Test
    @DisplayName("has valid links and unique names")
    void links() {
        var page = page();
        var ids = Pattern.compile(" id=\"([^\"]+)\"")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(Pattern.compile("href=\"#([^\"]*)\"").matcher(page).results().map(found -> found.group(1)))
                .isNotEmpty()
                .allMatch(ids::contains);
        assertThat(given().get("/docs").asString())
                .contains("href=\"/docs/api\"")
                .doesNotContain("/q/openapi");
    }

    @Test
    @DisplayName("is available as a request file whose calls work when filled in")
    void requests() {
        var answer =
                given().get("/docs/api/requests.http").then().statusCode(200).extract();
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"nexadesk-webhooks.http\"");
        var file = answer.asString();
        assertThat(file.split("(?m)^### ")).hasSize(description.operations().size() + 1);
        var variables = Pattern.compile("\\{\\{(\\w+)}}")
                .matcher(file)
                .results()
                .map(found -> "@" + found.group(1) + " =")
                .distinct();
        assertThat(variables).allMatch(file::contains);
        var create = file.substring(file.indexOf("POST {{host}}/api/v1/external/webhooks\n"));
        var body = create.substring(create.indexOf("\n\n") + 2, create.indexOf("###"))
                .strip();
        Api.ofNewWorkspace().post("/webhooks", body).then().statusCode(201);
    }
}
