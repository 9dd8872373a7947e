package ai.nexadesk.webhooks.access;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;

import java.time.Instant;
import java.util.regex.Pattern;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A customer. All data belongs to exactly one workspace and is invisible to others. */
@Entity
public class Workspace extends PanacheEntityBase {

    /** The format of workspace IDs, which NexaDesk assigns. */
    public static final Pattern ID = Pattern.compile("ws_[A-Za-z0-9]{12}");

    /** In the format of {@link #ID}. */
    @Id
    public String id;

    /** Its name on pages. */
    public String name;

    /** When it was created. */
    public Instant createdAt;

    /** For Hibernate. */
    protected Workspace() {}

    /** A workspace that is not stored yet. */
    public Workspace(String id, String name, Instant createdAt) {
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
    }
}
