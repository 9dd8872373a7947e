package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.access.Workspace;
import ai.nexadesk.webhooks.catalog.Catalog;
import ai.nexadesk.webhooks.outbound.EventContext;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads the body of a publishing request: one event, or an array of up to {@value #MAX_EVENTS}. One invalid event
 * rejects the whole request. Creates the body that all receivers get.
 */
public final class EventParser {

    /** Maximum events per request. */
    static final int MAX_EVENTS = 1_000;

    /** The format of event IDs. IDs are sent in HTTP headers, and a dot would make the signed text ambiguous. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private static final char IN_PLACE_OF_ERRORS = '\uFFFD';
    private static final int LONGEST_NAME = 1 << 20;

    // No table of names, which would allow attacks with colliding hashes.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(LONGEST_NAME)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final InstantSource clock;
    private final Supplier<String> ids;

    /** Events without a timestamp get the time of this clock, and events without an ID get a new one. */
    public EventParser(InstantSource clock) {
        this(clock, () -> EventIds.next(clock.instant()));
    }

    /** Events without a timestamp get the time of this clock, and events without an ID get one from this supplier. */
    public EventParser(InstantSource clock, Supplier<String> ids) {
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Reads a request's body.
     *
     * @throws InvalidEventException if it is invalid, with the place of the error and how to fix it
     */
    public List<NewEvent> parse(byte[] request) {
        var text = decode(request);
        return read(text, "$", parser -> {
            var first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                return List.of(event(parser, "$"));
            }
            if (first == JsonToken.START_ARRAY) {
                return events(parser);
            }
            throw InvalidEventException.at(
                    "malformed_json", "$", "send one event as a JSON object, or an array of events.");
        });
    }

    /** Returns a function from an event's index to its path in a request. It does not hold the request in memory. */
    public static IntFunction<String> paths(byte[] request) {
        int i = 0;
        while (request[i] == ' ' || request[i] == '\n' || request[i] == '\r' || request[i] == '\t') {
            i++;
        }
        return request[i] == '[' ? place -> "$[" + place + "]" : place -> "$";
    }

    /**
     * Reads an event's data alone, and returns it in canonical form.
     *
     * @param path its path in error messages
     */
    static String data(String json, String path) {
        return read(json, path, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw InvalidEventException.at("wrong_type", path, "must be a JSON object.");
            }
            return CanonicalJson.copy(parser, path, CanonicalJson.MAX_BYTES);
        });
    }

    /** The body that receivers get. */
    static byte[] body(String type, Instant timestamp, String workspaceId, String data) {
        var body = new StringBuilder(data.length() + 128);
        body.append("{\"event\":");
        CanonicalJson.string(type, body);
        body.append(",\"timestamp\":\"");
        EventTime.append(timestamp, body);
        body.append("\",\"workspace_id\":");
        CanonicalJson.string(workspaceId, body);
        body.append(",\"data\":").append(data).append('}');
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Creates an event of our own.
     *
     * @param type any type, even one that is not in the catalog
     * @param dataJson the text of a JSON object
     * @throws InvalidEventException if the data could not be published, with a path that starts with {@code $.data}
     */
    public static NewEvent newEvent(String type, Instant timestamp, String workspaceId, String dataJson) {
        var time = EventTime.of(timestamp);
        var data = data(dataJson, "$.data");
        var body = body(type, time, workspaceId, data);
        return new NewEvent(
                EventIds.next(), type, time, workspaceId, body, context(new ContextParser(), type, data), null, null);
    }

    private static EventContext context(ContextParser context, String type, String data) {
        try {
            return context.of(type, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T read(String text, String path, Reading<T> reading) {
        try (var parser = JSON.createParser(text)) {
            var result = reading.from(parser);
            if (parser.nextToken() != null) {
                throw InvalidEventException.at(
                        "malformed_json", path, "there is text after the end of the JSON. Send one value only.");
            }
            return result;
        } catch (StreamConstraintsException e) {
            throw InvalidEventException.at(
                    "malformed_json", path, "it contains a field name that is too long. Use a shorter name.");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            var where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw InvalidEventException.at("malformed_json", path, "this is not valid JSON" + where + ".");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String decode(byte[] request) {
        if (request.length >= 3
                && request[0] == (byte) 0xEF
                && request[1] == (byte) 0xBB
                && request[2] == (byte) 0xBF) {
            throw InvalidEventException.at(
                    "byte_order_mark", "$", "the request starts with a byte order mark. Remove it.");
        }
        // A decoder that reports errors takes twice as much memory. This one inserts a replacement character for each
        // error, a character that may also be sent.
        var text = new String(request, StandardCharsets.UTF_8);
        if (text.indexOf(IN_PLACE_OF_ERRORS) >= 0 && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), request)) {
            throw InvalidEventException.at("invalid_utf8", "$", "the request is not valid UTF-8. Encode it as UTF-8.");
        }
        return text;
    }

    private List<NewEvent> events(JsonParser parser) throws IOException {
        var events = new ArrayList<NewEvent>();
        var refused = new ArrayList<InvalidEventException>();
        var array = parser.getParsingContext();
        for (int i = 0;
                parser.nextToken() != JsonToken.END_ARRAY && refused.size() < InvalidEventException.MAX_PROBLEMS;
                i++) {
            if (i == MAX_EVENTS) {
                throw InvalidEventException.at(
                        "too_many_events", "$", "send at most " + MAX_EVENTS + " events at once.");
            }
            try {
                events.add(event(parser, "$[" + i + "]"));
            } catch (InvalidEventException e) {
                refused.add(e);
                skipTo(array, parser, refused);
            }
        }
        if (!refused.isEmpty()) {
            // After the last reported error, the rest may be anything.
            throw InvalidEventException.of(refused);
        }
        if (events.isEmpty()) {
            throw InvalidEventException.at("no_events", "$", "the array is empty. Send at least one event.");
        }
        return events;
    }

    /** Skips the rest of an invalid event. */
    private static void skipTo(JsonStreamContext array, JsonParser parser, List<InvalidEventException> refused)
            throws IOException {
        try {
            while (parser.getParsingContext() != array) {
                parser.nextToken();
            }
        } catch (JsonProcessingException endsHere) {
            throw InvalidEventException.of(refused);
        }
    }

    private NewEvent event(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw InvalidEventException.at("wrong_type", path, "an event must be a JSON object.");
        }
        @Nullable String id = null;
        @Nullable String type = null;
        @Nullable String timestamp = null;
        @Nullable String workspaceId = null;
        @Nullable String data = null;
        var context = new ContextParser();
        var seen = new HashSet<String>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var at = CanonicalJson.step(path, name);
            if (!seen.add(name)) {
                throw InvalidEventException.at(
                        "duplicate_member", at, "this field occurs twice. Send each field once.");
            }
            parser.nextToken();
            switch (name) {
                case "id" -> id = optional(parser, at);
                case "event" -> type = string(parser, at);
                case "timestamp" -> timestamp = optional(parser, at);
                case "workspace_id" -> workspaceId = string(parser, at);
                case "data" -> data = object(parser, at);
                default -> {
                    if (!context.read(name, parser, at)) {
                        throw InvalidEventException.at(
                                "unknown_member",
                                at,
                                "an event has only the fields id, event, timestamp, workspace_id, data, record, changed, previous and actor."
                                        + " Put everything else into data.");
                    }
                }
            }
        }
        var checkedType = type(require(type, path + ".event"), path + ".event");
        var checkedWorkspace = workspace(require(workspaceId, path + ".workspace_id"), path + ".workspace_id");
        var instant =
                timestamp == null ? EventTime.of(clock.instant()) : EventTime.parse(timestamp, path + ".timestamp");
        var checkedData = require(data, path + ".data");
        var body = body(checkedType, instant, checkedWorkspace, checkedData);
        var checkedId = id == null ? ids.get() : id(id, path + ".id");
        return new NewEvent(
                checkedId,
                checkedType,
                instant,
                checkedWorkspace,
                body,
                context(context, checkedType, checkedData),
                context.previous(),
                null);
    }

    private static String require(@Nullable String value, String path) {
        if (value == null) {
            throw InvalidEventException.at("missing_member", path, "this field is required.");
        }
        return value;
    }

    /** Reads an optional text. Null counts as absent. */
    private static @Nullable String optional(JsonParser parser, String path) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL ? null : string(parser, path);
    }

    private static String string(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw InvalidEventException.at("wrong_type", path, "must be a string.");
        }
        return parser.getText();
    }

    private static String object(JsonParser parser, String path) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw InvalidEventException.at("wrong_type", path, "must be a JSON object: the full resource.");
        }
        return CanonicalJson.copy(parser, path, CanonicalJson.MAX_BYTES);
    }

    private static String id(String text, String path) {
        if (!ID.matcher(text).matches()) {
            throw InvalidEventException.at(
                    "invalid_id", path, "must be 1 to 128 of the characters A-Z, a-z, 0-9, _ and -.");
        }
        if (text.startsWith(EventIds.TEST)) {
            throw InvalidEventException.at(
                    "invalid_id", path, "IDs of test events start with " + EventIds.TEST + ". Choose another one.");
        }
        return text;
    }

    private static String type(String text, String path) {
        if (Catalog.find(text).isEmpty()) {
            throw InvalidEventException.at("unknown_event_type", path, Catalog.unknown(text));
        }
        return text;
    }

    private static String workspace(String text, String path) {
        if (!Workspace.ID.matcher(text).matches()) {
            throw InvalidEventException.at(
                    "invalid_workspace_id", path, "must be ws_ followed by 12 letters or digits.");
        }
        return text;
    }
}
