package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.event.EventIds;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;

/** The delivery of one event to one webhook, as shown in the log. Only the engine's own statements write it. */
@Entity
@Immutable
public class Delivery extends PanacheEntityBase {

    private static final String LAST = """
            with recursive later (id, next) as (
                select id, merged_into from delivery where workspace_id = :workspace and id = :id
                union all
                select d.id, d.merged_into from later join delivery d on d.id = later.next and d.workspace_id = :workspace
            )
            select id from later where next is null
            """;

    /** Time-sorted; {@link DeliveryIds} formats it. */
    @Id
    public UUID id;

    /** The workspace that it belongs to. */
    public String workspaceId;

    /** The webhook that it goes to. */
    public String webhookId;

    /** The key of the event's body. */
    public UUID eventKey;

    /** The event's id, as receivers see it. */
    public String eventId;

    /** The event's type. */
    public String eventType;

    /** The stored status, which does not show attempts in progress. */
    @Enumerated(EnumType.STRING)
    public DeliveryStatus status;

    /** Whether the status is failed; used by the index of failed deliveries. */
    boolean failed;

    /** How many attempts were made, manual ones included. */
    public int attempts;

    /** When the latest attempt began; null before the first. */
    public @Nullable Instant attemptedAt;

    /** The status code of the latest attempt's response; null if there was none. */
    public @Nullable Integer statusCode;

    /** Why the latest attempt failed; null if it did not. */
    public @Nullable String errorCode;

    /** How long the latest attempt took, in milliseconds; null if unknown. */
    public @Nullable Integer durationMs;

    /** The job that sent a past event again; null if it was not sent by a job. */
    public @Nullable UUID replay;

    /**
     * The later update that this one was merged into; null if it was not merged. That update may itself have been
     * merged.
     */
    public @Nullable UUID mergedInto;

    /** The names of the changed fields, if updates were merged into this one; otherwise null. */
    public @Nullable String changed;

    /** For Hibernate. */
    protected Delivery() {}

    /** When it was created. A delivery of a missed event has the time of that event. */
    public Instant createdAt() {
        return UuidV7.timeOf(id);
    }

    /** The public ID. */
    public String publicId() {
        return DeliveryIds.format(id);
    }

    /** The public ID of the job that sent a past event again; null if it was not sent by a job. */
    public @Nullable String replayId() {
        return replay == null ? null : JobIds.format(replay);
    }

    /** The public ID of the last update that this one was merged into; null if it was not. */
    public @Nullable String mergedId() {
        return mergedInto == null
                ? null
                : DeliveryIds.format((UUID) getEntityManager()
                        .createNativeQuery(LAST, UUID.class)
                        .setParameter("workspace", workspaceId)
                        .setParameter("id", mergedInto)
                        .getSingleResult());
    }

    /** Whether it is a ping. */
    public boolean isPing() {
        return eventType.equals(LeasedDelivery.PING);
    }

    /** Whether it is a ping with intentionally wrong signatures. */
    public boolean isForged() {
        return eventId.startsWith(EventIds.FORGED);
    }

    /** The delivery with this public ID, if it belongs to this workspace. */
    public static Optional<Delivery> inWorkspace(String workspaceId, String publicId) {
        return DeliveryIds.parse(publicId).flatMap(id -> find("id = ?1 and workspaceId = ?2", id, workspaceId)
                .firstResultOptional());
    }
}
