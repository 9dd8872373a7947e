package ai.nexadesk.webhooks.catalog;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A field of {@code data}, for people. The schema describes it for programs.
 *
 * @param name its path, such as {@code attachments[].name}
 * @param type its type in words: {@code string (uuid) or null}
 * @param isRequired whether it is always present
 * @param description one phrase
 * @param example its value in the example, as JSON; blank if the example does not contain it
 */
public record Field(String name, String type, boolean isRequired, String description, String example) {

    /** All fields of a schema, each followed by those within it, with their values in the example. */
    static List<Field> of(JsonNode schema, JsonNode example) {
        var fields = new ArrayList<Field>();
        add(fields, "", schema, example);
        return List.copyOf(fields);
    }

    private static void add(List<Field> fields, String prefix, JsonNode schema, JsonNode example) {
        var required = texts(schema.path("required"));
        schema.path("properties").properties().forEach(property -> {
            var name = prefix + property.getKey();
            var field = property.getValue();
            var value = example.path(property.getKey());
            boolean isPlain = value.isValueNode()
                    || field.path("items").path("properties").isMissingNode();
            fields.add(new Field(
                    name,
                    type(field),
                    required.contains(property.getKey()),
                    field.path("description").asText(""),
                    value.isMissingNode() || value.isObject() || !isPlain ? "" : value.toString()));
            add(fields, name + ".", field, value);
            add(fields, name + "[].", field.path("items"), value.path(0));
        });
    }

    private static String type(JsonNode field) {
        var types = field.path("type").isTextual() ? List.of(field.path("type").asText()) : texts(field.path("type"));
        var format = field.path("format").asText("");
        var ofItems = field.path("items").path("type").asText("");
        var described = types.stream()
                .map(type -> type.equals("array") && !ofItems.isEmpty() ? "array of " + ofItems : type)
                .map(type -> type.equals("string") && !format.isEmpty() ? "string (" + format + ")" : type)
                .collect(Collectors.joining(" or "));
        var values = texts(field.path("enum"));
        return values.isEmpty() ? described : described + ": " + String.join(", ", values);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .toList();
    }
}
