package ai.nexadesk.webhooks.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.restassured.response.Response;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** The API description that the application serves. It can check responses. */
public final class ApiDescription {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "patch", "delete", "put");

    /**
     * The description that was read last. It is kept, because compiling its schemas takes longer than all validations.
     */
    private static @Nullable ApiDescription last;

    private final JsonNode document;
    private final JsonNode components;

    /** The compiled schemas by their nodes in the document. */
    private final Map<JsonNode, JsonSchema> schemas = new IdentityHashMap<>();

    private ApiDescription(JsonNode document) {
        this.document = document;
        this.components = closed(document.get("components").deepCopy());
    }

    /** An operation of the API. */
    public record Operation(String method, String path, JsonNode json) {

        /** The operation's name. */
        public String id() {
            return json.path("operationId").textValue();
        }

        /** Whether the operation is for customers' programs, not for publishers. */
        public boolean isExternal() {
            return path.startsWith("/api/v1/external/");
        }

        @Override
        public String toString() {
            return id();
        }
    }

    /** Reads the description from the running application. */
    public static synchronized ApiDescription read() {
        try {
            var document = JSON.readTree(given().get("/q/openapi?format=json")
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString());
            if (last == null || !last.document.equals(document)) {
                last = new ApiDescription(document);
            }
            return last;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** The whole description. */
    public JsonNode document() {
        return document;
    }

    public List<Operation> operations() {
        var operations = new ArrayList<Operation>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(member -> {
                    if (METHODS.contains(member.getKey())) {
                        operations.add(new Operation(member.getKey(), path.getKey(), member.getValue()));
                    }
                }));
        return operations;
    }

    /** The problems of this value according to a schema of the description. */
    public Set<ValidationMessage> problems(JsonNode schema, JsonNode value) {
        return schemas.computeIfAbsent(schema, this::compile).validate(value);
    }

    private JsonSchema compile(JsonNode schema) {
        var whole = (ObjectNode) schema.deepCopy();
        whole.set("components", components);
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(whole);
    }

    /** Forbids unknown members and values. Clients accept them, but tests must find those that are not described. */
    private static JsonNode closed(JsonNode node) {
        if (node instanceof ObjectNode object && object.get("x-extensible-enum") instanceof ArrayNode known) {
            var values = object.putArray("enum").addAll(known);
            if (object.get("type").isArray()) {
                values.addNull();
            }
        }
        if (node instanceof ObjectNode object && object.has("properties") && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ApiDescription::closed);
        return node;
    }

    /** Resolves a node that may be a reference. */
    public JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").textValue().substring(1)) : node;
    }

    /** Fails unless the description contains this response of an operation: its status, its headers, and its body. */
    public void expect(Operation operation, Response answer) {
        var what = operation.id() + " responded with " + answer.statusCode() + " " + answer.asString();
        var described = operation.json().at("/responses/" + answer.statusCode());
        assertThat(described.isMissingNode()).as("not described: " + what).isFalse();
        var response = resolve(described);
        response.path("headers").properties().forEach(header -> {
            // Publishers have no rate limit, but get the same errors.
            boolean isOfLimit = header.getKey().startsWith("X-RateLimit");
            if (Set.of("X-Request-Id", "Allow").contains(header.getKey()) || isOfLimit && operation.isExternal()) {
                assertThat(answer.header(header.getKey()))
                        .as(header.getKey() + " of " + what)
                        .isNotNull();
            }
        });
        var lines = response.at("/content/application~1x-ndjson/schema");
        var schema = lines.isMissingNode()
                ? response.at("/content/application~1json/schema")
                : document.at("/components/schemas/FullDelivery");
        var values = lines.isMissingNode()
                ? List.of(answer.asString())
                : answer.asString().lines().toList();
        try {
            for (var value : values) {
                assertThat(problems(schema, JSON.readTree(value))).as(what).isEmpty();
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(what, e);
        }
    }
}
