package ai.nexadesk.webhooks.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** Publishing requests for tests. They are parsed at a fixed time. */
final class PublishingRequests {

    static final Instant NOW = Instant.parse("2026-03-20T14:00:00.123Z");

    private static final String BEFORE_DATA =
            "{\"event\":\"lead.created\",\"timestamp\":\"2026-03-20T14:00:00.000Z\",\"workspace_id\":\"ws_nexadeskdemo\",\"data\":";

    private PublishingRequests() {}

    /** An event with this data. If the data is canonical, this is also the body that receivers get. */
    static String eventWith(String data) {
        return BEFORE_DATA + data + "}";
    }

    static List<NewEvent> parse(byte[] request) {
        return new EventParser(() -> NOW.plusNanos(456_789)).parse(request);
    }

    static List<NewEvent> parse(String request) {
        return parse(request.getBytes(StandardCharsets.UTF_8));
    }

    /** The body of an event with this data. */
    static String bodyOf(String data) {
        return new String(parse(eventWith(data)).get(0).body(), StandardCharsets.UTF_8);
    }

    static InvalidEventException refusal(byte[] request) {
        return catchThrowableOfType(InvalidEventException.class, () -> parse(request));
    }

    static InvalidEventException refusal(String request) {
        return refusal(request.getBytes(StandardCharsets.UTF_8));
    }

    static InvalidEventException refusalOfData(String data) {
        return refusal(eventWith(data));
    }
}
