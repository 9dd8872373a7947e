package ai.nexadesk.webhooks.webhook;

import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.testing.Api;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@DisplayName("The catalog, for programs,")
class EventTypesTest {

    private final Api api = Api.ofNewWorkspace();

    @Test
    @DisplayName("lists every event type with its description, schema and example, in parts like any list")
    void list() throws Exception {
        var all = api.get("/event-types");
        assertThat(all.getList("data.type"))
                .isEqualTo(Catalog.all().stream().map(type -> type.name()).toList());
        assertThat(all.getInt("pagination.total_count")).isEqualTo(9);
        var json = new ObjectMapper();
        var body =
                json.readTree(api.request().get("/api/v1/external/event-types").asString());
        for (var type : body.get("data")) {
            assertThat(type.at("/example/event").textValue())
                    .isEqualTo(type.get("type").textValue());
            var schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(type.get("schema"));
            assertThat(schema.validate(type.at("/example/data"))).isEmpty();
            var changed = type.at("/example/data").deepCopy();
            ((com.fasterxml.jackson.databind.node.ObjectNode) changed).put("added_later", 1);
            assertThat(schema.validate(changed)).as("schemas allow new members").isEmpty();
            ((com.fasterxml.jackson.databind.node.ObjectNode) changed).put("created_at", 1);
            assertThat(schema.validate(changed)).isNotEmpty();
        }
        var first = api.get("/event-types?limit=5");
        assertThat(first.getList("data")).hasSize(5);
        var rest = api.get("/event-types?cursor=" + first.getString("pagination.next_cursor"));
        assertThat(rest.getList("data.type"))
                .containsExactly("lead.updated", "lead.deleted", "contact.created", "contact.updated");
    }

    @Test
    @DisplayName("returns one by its name, and 404 for others")
    void one() {
        var lead = api.get("/event-types/lead.created");
        assertThat(lead.getString("data.description")).isEqualTo("A new lead was added to the CRM");
        assertThat(lead.getString("data.example.data.visitor_name")).isEqualTo("John Doe");
        assertThat(lead.getList("data.schema.required")).contains("visitor_name");
        api.request().get("/api/v1/external/event-types/ping").then().statusCode(404);
    }

    @Test
    @DisplayName("requires a key, and rejects unknown parameters")
    void refused() {
        given().get("/api/v1/external/event-types").then().statusCode(401);
        api.request()
                .get("/api/v1/external/event-types?resource=lead&limit=1")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_parameter"))
                .body("error", containsString("Unknown parameter \"resource\". Known parameters: cursor, limit, sort."))
                .body("fields.resource[0]", equalTo("Unknown parameter."));
        api.request()
                .get("/api/v1/external/event-types?limit=1&limit=2")
                .then()
                .statusCode(400)
                .body("error", equalTo("limit is given more than once. Give it once."));
    }
}
