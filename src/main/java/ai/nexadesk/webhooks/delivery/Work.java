package ai.nexadesk.webhooks.delivery;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/** What is left to do for a delivery; for the log to read. Written by the engine's own statements only. */
@Entity
@Immutable
class Work {

    @Id
    UUID deliveryId;

    Instant dueAt;

    @Nullable
    Instant scheduledFor;

    @Nullable
    UUID owner;

    protected Work() {}
}
