package ai.nexadesk.webhooks.delivery;

import org.hibernate.annotations.Immutable;

import java.io.Serializable;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

/** Maps event IDs to internal keys. Only publishing writes it. */
@Entity
@Immutable
@Table(name = "event_id")
@IdClass(EventIdMapping.Identity.class)
public class EventIdMapping {

    /**
     * The identity of an event for publishers.
     *
     * @param workspaceId its workspace
     * @param id unique there for as long as the event is kept
     */
    public record Identity(String workspaceId, String id) implements Serializable {}

    @Id
    String workspaceId;

    @Id
    String id;

    public UUID key;

    protected EventIdMapping() {}
}
