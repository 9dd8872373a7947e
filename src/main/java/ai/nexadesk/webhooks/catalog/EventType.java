package ai.nexadesk.webhooks.catalog;

import java.util.List;

/**
 * A type of event that webhooks can subscribe to.
 *
 * @param name the name used in subscriptions and publishing, such as {@code lead.created}
 * @param resource the resource in {@code data}: {@code conversation}, {@code message}, {@code lead} or {@code contact}
 * @param description one sentence for people
 * @param example an example of {@code data}, as indented JSON text
 * @param schema the JSON Schema (2020-12) of {@code data}, indented
 * @param fields the fields of the schema, for people
 */
public record EventType(
        String name, String resource, String description, String example, String schema, List<Field> fields) {

    private static final String EXAMPLE_TIME = "2026-03-20T14:00:00.000Z";

    /** An example of a complete payload, as indented JSON text. */
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
