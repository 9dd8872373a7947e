package ai.nexadesk.webhooks.delivery;

import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.SQLRestriction;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;

/**
 * The work left for a delivery, as read by the log. Only the engine's own statements write it. Work that ended with its
 * webhook is excluded, although the replica that leased it may not know yet.
 */
@Entity
@Immutable
@SQLRestriction("not ended")
public class Work {

    /**
     * The owner of deliveries that wait for an earlier one of their record; equal to {@code waiting_owner()} in SQL.
     */
    public static final UUID WAITING_OWNER = new UUID(0, 0);

    @Id
    public UUID deliveryId;

    String workspaceId;

    public String webhookId;

    UUID eventKey;

    /** Automatic attempts made so far. */
    public int tries;

    /** Why the next attempt is made. */
    @Enumerated(EnumType.STRING)
    public Trigger trigger;

    public Instant dueAt;

    @Nullable
    Instant scheduledFor;

    @Nullable
    public UUID owner;

    /** The event's record if the webhook delivers in order; otherwise null. */
    public @Nullable String record;

    protected Work() {}

    /** Whether it waits for an earlier delivery of the same record. */
    public boolean isWaiting() {
        return WAITING_OWNER.equals(owner);
    }
}
