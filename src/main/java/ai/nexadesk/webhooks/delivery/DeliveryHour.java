package ai.nexadesk.webhooks.delivery;

import org.hibernate.annotations.Immutable;

import java.io.Serializable;
import java.time.Instant;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;

/** How many of a webhook's deliveries of an hour have come this far, this fast. Written by {@link HourlyCounts} only. */
@Entity
@Immutable
@IdClass(DeliveryHour.Key.class)
class DeliveryHour {

    /** What is counted together. */
    record Key(String webhookId, Instant hour, DeliveryStatus status, int speed) implements Serializable {}

    @Id
    String webhookId;

    @Id
    Instant hour;

    @Id
    @Enumerated(EnumType.STRING)
    DeliveryStatus status;

    @Id
    int speed;

    long deliveries;

    long millis;

    protected DeliveryHour() {}
}
