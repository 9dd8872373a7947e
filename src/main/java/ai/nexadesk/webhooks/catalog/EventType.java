package ai.nexadesk.webhooks.catalog;

/**
 * A kind of event that webhooks can subscribe to.
 *
 * @param name as subscribed to and published, such as {@code lead.created}
 * @param resource what {@code data} holds: {@code conversation}, {@code message}, {@code lead} or {@code contact}
 * @param description one sentence for people
 * @param example an example of {@code data}: indented JSON text
 */
public record EventType(String name, String resource, String description, String example) {}
