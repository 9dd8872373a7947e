package ai.nexadesk.webhooks.delivery;

import org.hibernate.annotations.Immutable;

import java.time.Instant;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A published event as the log shows it. Written by publishing only. */
@Entity
@Immutable
@Table(name = "event")
public class PublishedEvent {

    @Id
    UUID key;

    public Instant occurredAt;

    public byte[] body;

    protected PublishedEvent() {}
}
