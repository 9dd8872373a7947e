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

/** A published event as the log shows it. Written by publishing only. */
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

    /** After how many days its body was removed because of the workspace's retention; null if it was not. */
    public @Nullable Integer keptDays;

    /** Why there is nothing left to send; null if there is. */
    public @Nullable String whyGone() {
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

    /** Those of these events that are still kept, by their keys. */
    public static Map<UUID, PublishedEvent> byKeys(Set<UUID> keys) {
        return PublishedEvent.<PublishedEvent>stream("key in ?1", keys)
                .collect(Collectors.toMap(event -> event.key, event -> event));
    }

    /** The event's metadata. */
    public EventContext context() {
        return EventContext.of(record, changed, actor);
    }
}
