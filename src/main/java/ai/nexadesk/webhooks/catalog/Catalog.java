package ai.nexadesk.webhooks.catalog;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The event types that exist, each described by a resource file {@code /catalog/<type>.json}. */
public final class Catalog {

    private static final List<String> NAMES = List.of(
            "conversation.created",
            "conversation.updated",
            "conversation.closed",
            "message.created",
            "lead.created",
            "lead.updated",
            "lead.deleted",
            "contact.created",
            "contact.updated");

    private static final Map<String, EventType> TYPES = read();
    private static final List<EventType> ALL = List.copyOf(TYPES.values());

    private Catalog() {}

    /** All event types, in the order in which they are documented. */
    public static List<EventType> all() {
        return ALL;
    }

    /** The event type of this name, if there is one. */
    public static Optional<EventType> find(String name) {
        return Optional.ofNullable(TYPES.get(name));
    }

    private static Map<String, EventType> read() {
        var json = JsonMapper.builder()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
        var indented = json.writer(indentation());
        var types = new LinkedHashMap<String, EventType>();
        for (var name : NAMES) {
            types.put(name, read(name, json, indented));
        }
        return types;
    }

    private static EventType read(String name, JsonMapper json, ObjectWriter indented) {
        var file = "/catalog/" + name + ".json";
        try (var stream = Catalog.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException("The resource " + file + " is missing.");
            }
            JsonNode type = json.readTree(stream);
            return new EventType(
                    name,
                    type.required("resource").textValue(),
                    type.required("description").textValue(),
                    indented.writeValueAsString(type.required("example")));
        } catch (IOException e) {
            throw new UncheckedIOException("The resource " + file + " cannot be read.", e);
        }
    }

    /** As {@code JSON.stringify(data, null, 2)} indents, the same on every platform. */
    private static DefaultPrettyPrinter indentation() {
        var separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Spacing.AFTER)
                .withObjectEmptySeparator("")
                .withArrayEmptySeparator("");
        var lines = new DefaultIndenter("  ", "\n");
        return new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines);
    }
}
