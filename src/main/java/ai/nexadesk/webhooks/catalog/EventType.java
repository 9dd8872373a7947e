package ai.nexadesk.webhooks.catalog;

import java.util.List;

/**
 * A kind of event that webhooks can subscribe to.
 *
 * @param name as subscribed to and published, such as {@code lead.created}
 * @param resource what {@code data} holds: {@code conversation}, {@code message}, {@code lead} or {@code contact}
 * @param description one sentence for people
 * @param example an example of {@code data}: indented JSON text
 * @param schema what {@code data} is like: a JSON Schema (2020-12), indented
 * @param fields the same for people
 */
public record EventType(
        String name, String resource, String description, String example, String schema, List<Field> fields) {

    private static final String EXAMPLE_TIME = "2026-03-20T14:00:00.000Z";

    /** An example of a whole payload: indented JSON text. */
    public String examplePayload() {
        return """
                {
                  "event": "%s",
                  "timestamp": "%s",
                  "workspace_id": "ws_xxxxxxxxxxxx",
                  "data": %s
                }""".formatted(name, EXAMPLE_TIME, example.replace("\n", "\n  "));
    }
}
