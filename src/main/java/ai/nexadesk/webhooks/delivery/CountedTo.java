package ai.nexadesk.webhooks.delivery;

import org.hibernate.annotations.Immutable;

import java.time.Instant;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The moment up to which {@link HourlyCounts} has counted. */
@Entity
@Immutable
@Table(name = "delivery_hour_mark")
class CountedTo {

    @Id
    Instant countedTo;

    protected CountedTo() {}
}
