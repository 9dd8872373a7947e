package ai.nexadesk.webhooks.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.util.ClassPathUtils;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The catalog of event types. Each type is a resource file {@code /catalog/<type>.json}, and adding a file adds a type.
 * The JSON Schema {@code /catalog/resources/<resource>.json} describes the content of {@code data}.
 */
public final class Catalog {

    private static final String DIRECTORY = "catalog";
    private static final String EXTENSION = ".json";

    private static final int MAX_SHOWN = 100;

    private static final Map<String, EventType> TYPES = read();
    private static final List<EventType> ALL = List.copyOf(TYPES.values());

    private Catalog() {}

    /** All event types, in the order in which they are documented. */
    public static List<EventType> all() {
        return ALL;
    }

    /** The event type with this name, if there is one. */
    public static Optional<EventType> find(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }

    /** The message for an unknown event type. */
    public static String unknown(String name) {
        var shown = name.length() > MAX_SHOWN ? name.substring(0, MAX_SHOWN) + "…" : name;
        return "Unknown event type \"" + shown + "\". Use one of " + String.join(", ", TYPES.keySet()) + ".";
    }

    private static Map<String, EventType> read() {
        var json = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        var indented = json.writer(indentation());
        var byPosition = new TreeMap<Integer, EventType>();
        try {
            ClassPathUtils.consumeAsPaths(DIRECTORY, directory -> {
                for (var name : names(directory)) {
                    var type = json(name, json);
                    var before = byPosition.put(type.required("position").intValue(), type(name, type, json, indented));
                    if (before != null) {
                        throw new IllegalStateException(name + " and " + before.name() + " have the same position.");
                    }
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("The catalog of event types cannot be read.", e);
        }
        var types = new LinkedHashMap<String, EventType>();
        byPosition.values().forEach(type -> types.put(type.name(), type));
        return types;
    }

    private static List<String> names(Path directory) {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(EXTENSION))
                    .map(file -> file.substring(0, file.length() - EXTENSION.length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EventType type(String name, JsonNode type, JsonMapper json, ObjectWriter indented) {
        var resource = type.required("resource").textValue();
        var schema = json("resources/" + resource, json);
        var example = type.required("example");
        try {
            return new EventType(
                    name,
                    resource,
                    type.required("description").textValue(),
                    indented.writeValueAsString(example),
                    indented.writeValueAsString(schema),
                    Field.of(schema, example));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String name, JsonMapper json) {
        var file = '/' + DIRECTORY + '/' + name + EXTENSION;
        try (var stream = Catalog.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("The resource " + file + " is missing.");
            }
            return json.readTree(stream);
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + file + " cannot be read.", e);
        }
    }

    /** The indentation of {@code JSON.stringify(data, null, 2)}, the same on every platform. */
    private static DefaultPrettyPrinter indentation() {
        var separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        var lines = new DefaultIndenter("  ", "\n");
        return new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
    }
}
