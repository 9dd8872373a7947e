package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.outbound.EventContext;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The values of an event that conditions can use. Its body is parsed when first needed. */
public final class EventFacts {

    static final String CHANGED = "changed";
    static final String EVENT = "event";

    private static final String PREVIOUS = "previous";
    private static final String SEPARATOR = "\\.";

    /** Reads everything that can be published: names of fields may have any length. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNameLength(Integer.MAX_VALUE)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private final String type;
    private final byte[] body;
    private final EventContext context;
    private final @Nullable String former;

    private @Nullable JsonNode data;
    private @Nullable JsonNode previous;

    /**
     * The facts of an event.
     *
     * @param type the event's type
     * @param body the body that receivers get
     * @param context the event's metadata
     * @param previous the previous values of changed fields, as JSON; null if unknown
     */
    public EventFacts(String type, byte[] body, EventContext context, @Nullable String previous) {
        this.type = type;
        this.body = body;
        this.context = context;
        this.former = previous;
    }

    /** The facts of a row of the event table. */
    public static EventFacts of(RowView row) {
        var context = EventContext.of(
                row.getColumn("record", String.class),
                row.getColumn("changed", String.class),
                row.getColumn("actor", String.class));
        return new EventFacts(
                row.getColumn("type", String.class),
                row.getColumn("body", byte[].class),
                context,
                row.getColumn("previous", String.class));
    }

    /** The actor that caused the event, as type and ID; null if unknown. */
    @Nullable
    String actor() {
        return context.actor();
    }

    /** The value at this path; missing if there is none. */
    JsonNode at(String field) {
        if (field.equals(EVENT)) {
            return JsonNodeFactory.instance.textNode(type);
        }
        if (field.equals(CHANGED)) {
            return changed();
        }
        if (field.equals(PREVIOUS)) {
            return previous();
        }
        return field.startsWith(PREVIOUS + ".")
                ? at(previous(), field.substring(PREVIOUS.length() + 1))
                : at(data(), field);
    }

    private static JsonNode at(JsonNode root, String path) {
        var node = root;
        for (var step : path.split(SEPARATOR)) {
            node = node.isArray() ? node.path(index(step)) : node.path(step);
        }
        return node;
    }

    private JsonNode previous() {
        var parsed = previous;
        if (parsed == null) {
            parsed = former == null ? MissingNode.getInstance() : read(former.getBytes(StandardCharsets.UTF_8));
            previous = parsed;
        }
        return parsed;
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("A stored event is not JSON", e);
        }
    }

    private JsonNode changed() {
        if (context.changed().isEmpty()) {
            return MissingNode.getInstance();
        }
        var names = JsonNodeFactory.instance.arrayNode();
        context.changed().forEach(names::add);
        return names;
    }

    /** The index in a list; past the end of any list if it is not a number. */
    private static int index(String step) {
        try {
            return Integer.parseUnsignedInt(step);
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }

    private JsonNode data() {
        var parsed = data;
        if (parsed == null) {
            parsed = read(body).path("data");
            data = parsed;
        }
        return parsed;
    }
}
