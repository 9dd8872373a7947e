package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.outbound.EventContext;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads an event's metadata. Except for previous values, it is sent in HTTP headers. */
final class ContextParser {

    private static final JsonFactory JSON = new JsonFactory();

    private static final int LONGEST = 128;
    private static final int MAX_NAMES = 100;
    private static final int MAX_CHARACTERS = 4_096;
    private static final int MAX_FORMER_BYTES = 32 * 1024;
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1," + LONGEST + "}");
    private static final Pattern FIELD = Pattern.compile("[!-~&&[^,]]{1," + LONGEST + "}");
    private static final Set<String> MEMBERS = Set.of("record", "changed", "previous", "actor");
    private static final Set<String> ACTORS = Set.of("api_key", "person", "system");

    private @Nullable String record;
    private List<String> changed = List.of();
    private @Nullable String previous;
    private @Nullable String actor;

    /**
     * Reads this member of an event from the parser's current value. Null counts as absent. Returns false if it is not
     * a metadata member.
     */
    boolean read(String name, JsonParser parser, String path) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return MEMBERS.contains(name);
        }
        switch (name) {
            case "record" -> record = text(parser, VISIBLE, "invalid_record", path);
            case "changed" -> changed = names(parser, path);
            case "previous" -> previous = object(parser, path);
            case "actor" -> actor = actor(parser, path);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The metadata. If the publisher named no record, it is derived from the data. */
    EventContext of(String type, String data) throws IOException {
        return new EventContext(record == null ? recordOf(type, data) : record, changed, actor);
    }

    /** The previous values of changed fields, as JSON; null if unknown. */
    @Nullable
    String previous() {
        return previous;
    }

    private static String object(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw InvalidEventException.at(
                    "wrong_type", path, "must be a JSON object with the previous values of fields.");
        }
        return CanonicalJson.copy(parser, path, MAX_FORMER_BYTES);
    }

    /** The record according to an event's data (for a message, the conversation); null if unknown. */
    static @Nullable String recordOf(String type, String data) throws IOException {
        var kind = type.substring(0, Math.max(0, type.indexOf('.')));
        boolean isMessage = kind.equals("message");
        var id = member(data, isMessage ? "conversation_id" : "id");
        var found = (isMessage ? "conversation" : kind) + ":" + id;
        return id != null && VISIBLE.matcher(found).matches() ? found : null;
    }

    private static @Nullable String member(String object, String name) throws IOException {
        try (var parser = JSON.createParser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isWanted = parser.currentName().equals(name);
                var value = parser.nextToken();
                if (isWanted) {
                    return value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT
                            ? parser.getText()
                            : null;
                }
                parser.skipChildren();
            }
            return null;
        }
    }

    private static String text(JsonParser parser, Pattern form, String code, String path) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw InvalidEventException.at("wrong_type", path, "must be a string.");
        }
        if (!form.matcher(parser.getText()).matches()) {
            throw InvalidEventException.at(
                    code, path, "must be 1 to " + LONGEST + " printable ASCII characters without spaces.");
        }
        return parser.getText();
    }

    private static List<String> names(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw InvalidEventException.at("wrong_type", path, "must be an array of field names.");
        }
        var names = new ArrayList<String>();
        int characters = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var at = path + "[" + names.size() + "]";
            var name = text(parser, FIELD, "invalid_changed", at);
            characters += name.length() + 1;
            if (names.size() == MAX_NAMES || characters > MAX_CHARACTERS) {
                throw InvalidEventException.at(
                        "invalid_changed",
                        path,
                        "name at most " + MAX_NAMES + " fields, with " + MAX_CHARACTERS + " characters in total.");
            }
            names.add(name);
        }
        return List.copyOf(names);
    }

    private static String actor(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw InvalidEventException.at("wrong_type", path, "must be a JSON object with type and id.");
        }
        @Nullable String type = null;
        @Nullable String id = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            parser.nextToken();
            var at = path + "." + name;
            switch (name) {
                case "type" -> type = text(parser, VISIBLE, "invalid_actor", at);
                case "id" -> id = text(parser, VISIBLE, "invalid_actor", at);
                default ->
                    throw InvalidEventException.at("unknown_member", at, "an actor has only the fields type and id.");
            }
        }
        if (type == null || !ACTORS.contains(type)) {
            throw InvalidEventException.at("invalid_actor", path + ".type", "must be api_key, person or system.");
        }
        if (id == null) {
            throw InvalidEventException.at("missing_member", path + ".id", "this field is required.");
        }
        return type + ":" + id;
    }
}
