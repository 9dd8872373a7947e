package ai.nexadesk.webhooks.alert;

import ai.nexadesk.webhooks.api.PublicId;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/**
 * A channel on which a workspace gets alerts about its webhooks. Only changed columns are written, because replicas
 * store the outcome of alerts.
 */
@Entity
@DynamicUpdate
public class AlertChannel extends PanacheEntityBase {

    static final String PREFIX = "ac_";

    @Id
    public UUID id;

    /** The workspace whose webhooks it is about. */
    public String workspaceId;

    /** The API name of its {@link ChannelKind}. */
    String kind;

    /** Its name on pages. */
    public String name;

    /** Encrypted: the addresses of a mail list, separated by commas, or the URL. */
    byte[] target;

    /** Encrypted: the secret that signs requests to a signed channel. */
    byte @Nullable [] secret;

    /** When it was created. */
    public Instant createdAt;

    /** When a person or a program last changed it. */
    public Instant updatedAt;

    /** When the last alert or test was sent; null if never. */
    public @Nullable Instant lastSentAt;

    /** Whether the channel accepted the last alert or test. */
    public @Nullable Boolean lastSentOk;

    /** The outcome as a sentence for people. */
    public @Nullable String lastSentMessage;

    /** For Hibernate. */
    protected AlertChannel() {}

    AlertChannel(String workspaceId, ChannelKind kind, Instant now) {
        this.id = UUID.randomUUID();
        this.workspaceId = workspaceId;
        this.kind = kind.value();
        this.createdAt = now;
        this.updatedAt = now;
    }

    /** Its kind. */
    public ChannelKind kind() {
        return ChannelKind.of(kind).orElseThrow();
    }

    /** {@code ac_…}. */
    public String publicId() {
        return PublicId.format(PREFIX, id);
    }

    static List<AlertChannel> allOf(String workspaceId) {
        return list("workspaceId = ?1 order by createdAt, id", workspaceId);
    }

    static Optional<AlertChannel> inWorkspace(String workspaceId, UUID id) {
        return find("workspaceId = ?1 and id = ?2", workspaceId, id).firstResultOptional();
    }
}
