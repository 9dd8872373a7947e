package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.access.Caller;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import org.hibernate.annotations.UuidGenerator;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** One line of the audit log: what was changed, by whom and from where. Written once, never changed. */
@Entity
public class AuditEntry extends PanacheEntityBase {

    /** Below and above all ids. */
    private static final UUID FIRST = new UUID(0, 0);

    private static final UUID LAST = new UUID(-1, -1);

    private static final String MATCHES = "workspaceId = ?1 and action like ?2 and locate(?3, lower(actor)) > 0"
            + " and locate(?4, lower(concat(subject, ' ', detail))) > 0 and id >= ?5 and id < ?6";

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

    /** What changed, what each was before and what it is now: lists of the same length. */
    List<String> changed;

    List<String> before;

    List<String> after;

    /** For Hibernate. */
    protected AuditEntry() {}

    /** An entry that is not stored yet. */
    public AuditEntry(
            String workspaceId,
            Instant at,
            String actor,
            String action,
            String subject,
            String detail,
            String ip,
            List<Change> changes) {
        this.workspaceId = workspaceId;
        this.at = at;
        this.actor = actor;
        this.action = action;
        this.subject = subject;
        this.detail = detail;
        this.ip = ip;
        changed = changes.stream().map(Change::what).toList();
        before = changes.stream().map(Change::before).toList();
        after = changes.stream().map(Change::after).toList();
    }

    /**
     * Stores, in the current transaction, what a caller did.
     *
     * @param action what was done, such as {@code webhook.created}
     * @param subject what it was done to, such as the id of a webhook
     * @param detail anything else worth knowing, in words; never a secret
     */
    public static void record(Caller caller, String action, String subject, String detail) {
        record(caller, action, subject, detail, List.of());
    }

    /** Stores, in the current transaction, what a caller did, and each value before and after. */
    public static void record(Caller caller, String action, String subject, String detail, List<Change> changes) {
        new AuditEntry(
                        caller.workspaceId(),
                        caller.now(),
                        caller.auditName(),
                        action,
                        subject,
                        detail,
                        caller.ip(),
                        changes)
                .persist();
    }

    /** What we did ourselves. */
    public static AuditEntry byUs(
            String workspaceId, Instant at, String action, String subject, String detail, List<Change> changes) {
        return new AuditEntry(workspaceId, at, "NexaDesk", action, subject, detail, "", changes);
    }

    /** What changed, from what to what; empty where there is nothing to compare. */
    public List<Change> changes() {
        return IntStream.range(0, changed.size())
                .mapToObj(i -> new Change(changed.get(i), before.get(i), after.get(i)))
                .toList();
    }

    /** The entry of a workspace that is this many below another one, or the top; null if there are fewer. */
    static @Nullable UUID below(String workspaceId, @Nullable UUID top, int count) {
        return AuditEntry.<AuditEntry>find(
                        "workspaceId = ?1 and id < ?2 order by id desc", workspaceId, top == null ? LAST : top)
                .range(count - 1, count - 1)
                .firstResultOptional()
                .map(entry -> entry.id)
                .orElse(null);
    }

    /**
     * How many entries of a workspace the filter lets through.
     *
     * @param top only those below it; null for all
     * @param floor the last entry to look at; null for all
     * @return no more than this many
     */
    static long count(String workspaceId, AuditFilter filter, @Nullable UUID top, @Nullable UUID floor, int most) {
        var query = getEntityManager()
                .createQuery(
                        "select count(*) from (select id as id from AuditEntry where " + MATCHES
                                + " order by id desc limit " + most + ")",
                        Long.class);
        var parameters = parameters(workspaceId, filter, top, floor);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        return query.getSingleResult();
    }

    /**
     * The newest entries of a workspace that the filter lets through, newest first.
     *
     * @param top only those below it; null for all
     * @param floor the last entry to look at; null for all
     */
    static List<AuditEntry> newest(
            String workspaceId, AuditFilter filter, @Nullable UUID top, @Nullable UUID floor, int count) {
        return AuditEntry.<AuditEntry>find(MATCHES + " order by id desc", parameters(workspaceId, filter, top, floor))
                .page(0, count)
                .list();
    }

    private static Object[] parameters(
            String workspaceId, AuditFilter filter, @Nullable UUID top, @Nullable UUID floor) {
        return new Object[] {
            workspaceId,
            filter.actions(),
            filter.actor(),
            filter.text(),
            floor == null ? FIRST : floor,
            top == null ? LAST : top
        };
    }
}
