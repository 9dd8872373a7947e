package ai.nexadesk.webhooks.api;

import ai.nexadesk.webhooks.api.deprecation.DeprecatedCall;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.testing.ApiDescription;
import ai.nexadesk.webhooks.testing.ApiDescription.Operation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@DisplayName("The API's description")
class OpenApiTest {

    private ApiDescription api;

    @BeforeEach
    void read() {
        api = ApiDescription.read();
    }

    @Test
    @DisplayName("is valid according to the standard's schema")
    void valid() throws Exception {
        var standard = new ObjectMapper().readTree(getClass().getResourceAsStream("/openapi/schema-3.1.json"));
        var schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(standard);
        assertThat(api.document().get("openapi").textValue()).startsWith("3.1");
        assertThat(schema.validate(api.document())).isEmpty();
        var broken = api.document().deepCopy();
        ((com.fasterxml.jackson.databind.node.ObjectNode) broken.get("info")).remove("title");
        assertThat(schema.validate(broken)).as("the check can fail").isNotEmpty();
    }

    @Test
    @DisplayName("has every operation of every resource, and no other")
    void complete() {
        var actual = methods().flatMap(OpenApiTest::operation).toList();
        assertThat(api.operations().stream().map(operation -> operation.method() + " " + nameless(operation.path())))
                .containsExactlyInAnyOrderElementsOf(actual);
        assertThat(api.operations().stream().map(Operation::id)).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("marks as deprecated exactly the calls that announce it in responses")
    void deprecated() {
        var actual = methods()
                .filter(method -> method.isAnnotatedWith(DeprecatedCall.class))
                .flatMap(OpenApiTest::operation)
                .toList();
        assertThat(api.operations().stream()
                        .filter(operation -> operation.json().path("deprecated").booleanValue())
                        .map(operation -> operation.method() + " " + nameless(operation.path())))
                .containsExactlyInAnyOrderElementsOf(actual);
    }

    /** The methods of all API resources. */
    private static Stream<JavaMethod> methods() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("ai.nexadesk.webhooks")
                        .stream()
                        .filter(type -> type.isAnnotatedWith(Path.class)
                                && ApiPath.includes(
                                        type.getAnnotationOfType(Path.class).value()))
                        .flatMap(type -> type.getMethods().stream());
    }

    @Test
    @DisplayName("has examples that match their schemas, and resolves all references")
    void examples() {
        var contents = new ArrayList<JsonNode>();
        contents.addAll(api.document().findValues("application/json"));
        assertThat(contents).hasSizeGreaterThan(30);
        for (var content : contents) {
            var example = content.get("example");
            if (example != null) {
                assertThat(api.problems(content.get("schema"), example))
                        .as(example.toString())
                        .isEmpty();
            }
        }
        for (var reference : api.document().findValuesAsText("$ref")) {
            assertThat(api.document().at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    @Test
    @DisplayName("has the outgoing request of every event type with its headers, schema and example")
    void outgoing() {
        var webhooks = api.document().get("webhooks");
        assertThat(webhooks.properties()).hasSize(Catalog.all().size() + 1);
        for (var type : Catalog.all()) {
            var request = webhooks.get(type.name()).get("post");
            assertThat(request.get("summary").textValue()).isEqualTo(type.description());
            assertThat(request.findValuesAsText("name"))
                    .contains("X-NexaDesk-Signature", "X-NexaDesk-Event-Id", "webhook-id");
            var schema = request.at("/requestBody/content/application~1json/schema");
            assertThat(schema.at("/properties/event/const").textValue()).isEqualTo(type.name());
            assertThat(api.problems(schema, schema.at("/examples/0"))).isEmpty();
            assertThat(schema.at("/properties/data/properties/id/format").textValue())
                    .isEqualTo("uuid");
        }
    }

    @Test
    @DisplayName("allows new members in responses, but no unknown or read-only members in requests")
    void openAndClosed() {
        api.document().at("/components/schemas").properties().forEach(schema -> {
            var closed =
                    schema.getValue().findValuesAsText("additionalProperties").contains("false");
            boolean isRequest =
                    schema.getKey().endsWith("Request") || schema.getKey().equals("PublishedEvent");
            assertThat(closed)
                    .as(schema.getKey())
                    .isEqualTo(isRequest && schema.getValue().has("properties"));
            if (isRequest) {
                assertThat(schema.getValue().findValues("default"))
                        .as(schema.getKey())
                        .isEmpty();
            }
        });
        var webhooks = api.document().get("webhooks");
        webhooks.forEach(webhook -> assertThat(webhook.at("/post/security")).isEmpty());
        assertThat(webhooks.findValues("security")).hasSize(webhooks.size());
        assertThat(api.document().at("/servers/0/url").textValue()).isEqualTo("/");
        for (var free : List.of(
                "/PublishedEvent/properties/data",
                "/TestRequest/properties/data",
                "/EventType/properties/schema",
                "/EventType/properties/example")) {
            assertThat(api.document()
                            .at("/components/schemas" + free + "/additionalProperties")
                            .booleanValue())
                    .as(free)
                    .isTrue();
        }
    }

    @Test
    @DisplayName("produces working clients with generators")
    void generators() {
        var components = api.document().get("components");
        var names = Stream.of("schemas", "parameters", "responses")
                .flatMap(kind -> components.get(kind).properties().stream())
                .map(Map.Entry::getKey);
        assertThat(names).as("some generators create one type per component").doesNotHaveDuplicates();
        components.get("schemas").properties().forEach(schema -> {
            var name = schema.getKey();
            if (name.endsWith("Request") || name.equals("PublishedEvent")) {
                var required = schema.getValue().path("required").toString();
                schema.getValue().path("properties").properties().forEach(member -> {
                    var types = member.getValue().path("type").toString();
                    if (types.contains("array") && !required.contains('"' + member.getKey() + '"')) {
                        assertThat(types)
                                .as(
                                        "some generators send an empty list for %s.%s unless it may be null",
                                        name, member.getKey())
                                .contains("null");
                    }
                });
            } else if (!schema.getValue().has("enum")) {
                assertThat(schema.getValue().findValues("enum"))
                        .as("generated clients of %s would fail on a new value", name)
                        .isEmpty();
                var required = schema.getValue().path("required").toString();
                schema.getValue().path("properties").properties().forEach(member -> assertThat(
                                member.getValue().has("anyOf") && required.contains('"' + member.getKey() + '"'))
                        .as("some generators read null of %s.%s as an object", name, member.getKey())
                        .isFalse());
            }
        });
        assertThat(components.at("/schemas/Delivery/properties/status/x-extensible-enum"))
                .contains(TextNode.valueOf("retrying"));
        assertThat(components.at("/schemas/Delivery/properties/error_code/type"))
                .contains(TextNode.valueOf("null"));
        for (var operation : api.operations()) {
            var answers = operation.json().get("responses").properties().stream()
                    .filter(answer -> answer.getKey().startsWith("2"))
                    .map(answer -> answer.getValue().at("/content/application~1json/schema"))
                    .distinct();
            assertThat(answers)
                    .as("some generators read every success of %s as the first one", operation)
                    .hasSize(1);
        }
    }

    private static Stream<String> operation(JavaMethod method) {
        List<Class<? extends Annotation>> verbs = List.of(GET.class, POST.class, PATCH.class, DELETE.class, PUT.class);
        var base = method.getOwner().getAnnotationOfType(Path.class).value();
        var path = base
                + (method.isAnnotatedWith(Path.class)
                        ? method.getAnnotationOfType(Path.class).value()
                        : "");
        return verbs.stream()
                .filter(method::isAnnotatedWith)
                .map(verb -> verb.getSimpleName().toLowerCase(java.util.Locale.ROOT) + " " + nameless(path));
    }

    private static String nameless(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }
}
