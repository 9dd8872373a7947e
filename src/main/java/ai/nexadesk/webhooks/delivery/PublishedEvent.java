package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.outbound.EventContext;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A published event, as shown in the log. Only publishing writes it. */
@Entity
@Immutable
@Table(name = "event")
public class PublishedEvent extends PanacheEntityBase {

    @Id
    UUID key;

    public Instant occurredAt;

    public byte[] body;

    /** Whether it was erased. */
    public boolean erased;

    /** The workspace's retention in days by which its body was removed; null if it was not removed. */
    public @Nullable Integer keptDays;

    /** Why the event can no longer be sent; null if it can. */
    public @Nullable String goneReason() {
        if (!erased) {
            return null;
        }
        return keptDays == null
                ? "The event was erased"
                : "The payload was removed after " + (keptDays == 1 ? "1 day" : keptDays + " days");
    }

    @Nullable
    String record;

    @Nullable
    String changed;

    public @Nullable String previous;

    @Nullable
    String actor;

    protected PublishedEvent() {}

    /** The event with this key; null if it is no longer kept. */
    public static @Nullable PublishedEvent byKey(UUID key) {
        return findById(key);
    }

    /** The events among these that are still kept, by key. */
    public static Map<UUID, PublishedEvent> byKeys(Set<UUID> keys) {
        return PublishedEvent.<PublishedEvent>stream("key in ?1", keys)
                .collect(Collectors.toMap(event -> event.key, event -> event));
    }

    /** The event's metadata. */
    public EventContext context() {
        return EventContext.of(record, changed, actor);
    }
}
