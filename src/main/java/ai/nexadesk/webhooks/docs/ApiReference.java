package ai.nexadesk.webhooks.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The REST API reference, generated from {@code META-INF/openapi.yaml}. */
public final class ApiReference {

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final ObjectWriter JSON = new ObjectMapper()
            .writer(new DefaultPrettyPrinter()
                    .withSeparators(
                            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER)));

    private final JsonNode document;

    private ApiReference(JsonNode document) {
        this.document = document;
    }

    /**
     * Related calls.
     *
     * @param name the name, such as "Webhooks"
     * @param description a few words
     */
    public record Group(String name, String description, List<Call> calls) {}

    /**
     * A call.
     *
     * @param id its name in generated clients
     * @param method the method in capitals
     * @param scope the scope that the key needs; blank for publishers
     * @param body the request body; null for none
     * @param answer the response on success
     * @param example an example of the body; blank for none
     */
    public record Call(
            String id,
            String method,
            String path,
            String summary,
            String description,
            String scope,
            List<Member> parameters,
            @Nullable String body,
            String answer,
            String example) {

        /** The call as a curl command. */
        public String curl(String host) {
            var token = scope.isEmpty() ? "$NEXADESK_PUBLISHER_TOKEN" : "$NEXADESK_API_KEY";
            var get = method.equals("GET") ? "" : "-X " + method + " ";
            var start = "curl " + get + "'" + host + path + "' \\\n  -H \"Authorization: Bearer " + token + "\"";
            return example.isEmpty()
                    ? start
                    : start + " \\\n  -H 'Content-Type: application/json' \\\n  -d '" + example.replace("'", "'\\''")
                            + "'";
        }

        /** Its anchor on the page. */
        public String curlId() {
            return "curl-" + id;
        }

        /** The call in the format of an HTTP request file. */
        String http() {
            return "### " + summary + "\n" + method + " {{host}}" + variables() + "\nAuthorization: Bearer {{"
                    + (scope.isEmpty() ? "publisher_token" : "key") + "}}\n"
                    + (example.isEmpty() ? "" : "Content-Type: application/json\n\n" + example + "\n");
        }

        private String variables() {
            var kind = path.split("/")[4].replace('-', '_').replaceFirst("s$", "");
            return path.replace("{id}", "{{" + kind + "_id}}")
                    .replace("{delivery_id}", "{{delivery_id}}")
                    .replace("{type}", "lead.created");
        }
    }

    /**
     * A member of an object, or a parameter.
     *
     * @param type the type in words
     * @param link the schema of its values; blank for none
     */
    public record Member(String name, String type, String link, boolean required, String description) {}

    /**
     * A named schema: an object with members, or an enumeration with values.
     *
     * @param members the members of an object
     * @param values the values of an enumeration, with their meanings if known
     */
    public record Schema(String name, String description, List<Member> members, List<Value> values) {}

    /** A value of an enumeration and its meaning, which may be blank. */
    public record Value(String name, String meaning) {}

    /** Reads the document. */
    static ApiReference read() {
        try (var file = ApiReference.class.getResourceAsStream("/META-INF/openapi.yaml")) {
            return new ApiReference(new YAMLMapper().readTree(Objects.requireNonNull(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("The API's description cannot be read.", e);
        }
    }

    /** The introduction, which applies to all calls. */
    String introduction() {
        return document.at("/info/description").textValue();
    }

    /** All calls, in the document's order. */
    List<Group> groups() {
        return stream(document.get("tags"))
                .map(tag -> new Group(text(tag, "name"), text(tag, "description"), calls(text(tag, "name"))))
                .toList();
    }

    private List<Call> calls(String group) {
        return document.get("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey())
                                && text(operation.getValue().get("tags"), 0).equals(group))
                        .map(operation -> call(
                                path.getKey(),
                                operation.getKey(),
                                path.getValue().path("parameters"),
                                operation.getValue())))
                .toList();
    }

    private Call call(String path, String method, JsonNode shared, JsonNode operation) {
        var content = operation.at("/requestBody/content/application~1json");
        var answer = operation
                .get("responses")
                .properties()
                .iterator()
                .next()
                .getValue()
                .get("content")
                .iterator()
                .next()
                .get("schema");
        return new Call(
                text(operation, "operationId"),
                method.toUpperCase(Locale.ROOT),
                path,
                text(operation, "summary"),
                text(operation, "description"),
                operation.at("/security/0/apiKey/0").asText(""),
                Stream.concat(stream(shared), stream(operation.path("parameters")))
                        .map(this::parameter)
                        .toList(),
                content.isMissingNode() ? null : name(content.get("schema")),
                // For responses made of lines, use the schema of a line.
                name(answer.path("x-lines").isObject() ? answer.get("x-lines") : answer),
                content.isMissingNode() ? "" : indented(content.get("example")));
    }

    private Member parameter(JsonNode given) {
        var parameter = given.has("$ref") ? document.at(text(given, "$ref").substring(1)) : given;
        var member = member(
                text(parameter, "name"),
                parameter.get("schema"),
                parameter.path("required").asBoolean());
        return new Member(member.name, member.type, member.link, member.required, text(parameter, "description"));
    }

    /** All schemas, in the document's order. */
    List<Schema> schemas() {
        return document.at("/components/schemas").properties().stream()
                .map(schema -> schema(schema.getKey(), schema.getValue()))
                .toList();
    }

    private Schema schema(String name, JsonNode schema) {
        var required = stream(schema.path("required")).map(JsonNode::asText).collect(Collectors.toSet());
        var members = schema.has("items") ? schema.at("/items/properties") : schema.path("properties");
        return new Schema(
                name,
                schema.has("items")
                        ? text(schema, "description") + " A " + type(schema) + "."
                        : text(schema, "description"),
                members.properties().stream()
                        .map(member -> member(member.getKey(), member.getValue(), required.contains(member.getKey())))
                        .toList(),
                stream(schema.path("enum"))
                        .map(value ->
                                new Value(value.asText(), text(schema.path("x-enumDescriptions"), value.asText())))
                        .toList());
    }

    private static Member member(String name, JsonNode schema, boolean isRequired) {
        var link = Stream.of(schema, schema.path("items"), schema.at("/anyOf/0"))
                .map(ApiReference::name)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse("");
        return new Member(name, type(schema), link, isRequired, text(schema, "description"));
    }

    private static String type(JsonNode schema) {
        if (schema.has("$ref")) {
            return name(schema);
        }
        if (schema.has("anyOf")) {
            return stream(schema.get("anyOf")).map(ApiReference::type).collect(Collectors.joining(" or "));
        }
        if (schema.has("enum")) {
            return stream(schema.get("enum")).map(JsonNode::asText).collect(Collectors.joining(" or "));
        }
        var types = schema.path("type").isArray()
                ? stream(schema.get("type")).map(JsonNode::asText).toList()
                : List.of(schema.path("type").asText("any"));
        return types.stream()
                .map(type -> type.equals("array") ? "list of " + type(schema.path("items")) : type)
                .map(type ->
                        schema.path("format").asText("").equals("date-time") && type.equals("string") ? "time" : type)
                .collect(Collectors.joining(" or "));
    }

    private static String name(JsonNode schema) {
        return text(schema, "$ref").replaceFirst(".*/", "");
    }

    private static String indented(JsonNode json) {
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return list.valueStream();
    }

    private static String text(JsonNode node, Object key) {
        return (key instanceof Integer index ? node.path(index) : node.path(key.toString())).asText("");
    }
}
