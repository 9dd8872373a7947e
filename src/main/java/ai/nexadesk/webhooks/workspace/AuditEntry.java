package ai.nexadesk.webhooks.workspace;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;

import java.time.Instant;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** One line of the audit log: what was changed, by whom and from where. Written once, never changed. */
@Entity
public class AuditEntry extends PanacheEntityBase {

    /** Time-sorted. */
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    public UUID id;

    /** The workspace that it happened in. */
    public String workspaceId;

    /** When it happened. */
    public Instant at;

    /** Who did it: an e-mail address, {@code API key} with its name and prefix, or {@code NexaDesk} for what we did ourselves. */
    public String actor;

    /** What was done, such as {@code webhook.created}. */
    public String action;

    /** What it was done to, such as the id of a webhook. */
    public String subject;

    /** What else is worth knowing, in words; never a secret. */
    public String detail;

    /** The address that the request came from; empty for what we did ourselves. */
    public String ip;

    /** For Hibernate. */
    protected AuditEntry() {}

    /** An entry that is not stored yet. */
    public AuditEntry(
            String workspaceId, Instant at, String actor, String action, String subject, String detail, String ip) {
        this.workspaceId = workspaceId;
        this.at = at;
        this.actor = actor;
        this.action = action;
        this.subject = subject;
        this.detail = detail;
        this.ip = ip;
    }
}
