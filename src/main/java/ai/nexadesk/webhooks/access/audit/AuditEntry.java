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

/** An entry of the audit log: what was changed, by whom, and from where. Never changed after it is written. */
@Entity
public class AuditEntry extends PanacheEntityBase {

    /** Lower and upper bounds of all IDs. */
    private static final UUID FIRST = new UUID(0, 0);

    private static final UUID LAST = new UUID(-1, -1);

    private static final String MATCHES = "workspaceId = ?1"
            + " and (?2 = '' or locate(concat(',', substring(action, 1, locate('.', action) - 1), ','), ?2) > 0)"
            + " and locate(?3, lower(actor)) > 0 and locate(?4, lower(concat(subject, ' ', detail))) > 0"
            + " and at >= ?5 and at < ?6 and id between ?7 and ?8 and id <> ?9";

    /** Time-sorted. */
    @Id
    @UuidGenerator(style = UuidGenerator.Style.VERSION_7)
    public UUID id;

    /** The workspace that it happened in. */
    public String workspaceId;

    /** When it happened. */
    public Instant at;

    /** Who did it: an email address, {@code API key} with its name and prefix, or {@code NexaDesk}. */
    public String actor;

    /** The action, such as {@code webhook.created}. */
    public String action;

    /** The subject of the action, such as the ID of a webhook. */
    public String subject;

    /** Details in words; never a secret. */
    public String detail;

    /** The address that the request came from; empty for actions by NexaDesk. */
    public String ip;

    /** Names of changed values, with the values before and after: lists of the same length. */
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
     * Records an action of a caller, in the current transaction.
     *
     * @param action the action, such as {@code webhook.created}
     * @param subject the subject of the action, such as the ID of a webhook
     * @param detail details in words; never a secret
     */
    public static void record(Caller caller, String action, String subject, String detail) {
        record(caller, action, subject, detail, List.of());
    }

    /** Records an action of a caller and each value before and after, in the current transaction. */
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

    /** An action by NexaDesk. */
    public static AuditEntry byUs(
            String workspaceId, Instant at, String action, String subject, String detail, List<Change> changes) {
        return new AuditEntry(workspaceId, at, "NexaDesk", action, subject, detail, "", changes);
    }

    /** The changes; empty if there is nothing to compare. */
    public List<Change> changes() {
        return IntStream.range(0, changed.size())
                .mapToObj(i -> new Change(changed.get(i), before.get(i), after.get(i)))
                .toList();
    }

    /**
     * The entry at this distance after another one, or after the first, in the filter's order; null if there are fewer
     * entries.
     */
    static @Nullable UUID behind(String workspaceId, AuditFilter filter, @Nullable UUID after, int count) {
        return AuditEntry.<AuditEntry>find(
                        "workspaceId = ?1 and id > ?2 and id < ?3" + order(filter),
                        workspaceId,
                        filter.isOldestFirst && after != null ? after : FIRST,
                        filter.isOldestFirst || after == null ? LAST : after)
                .range(count - 1, count - 1)
                .firstResultOptional()
                .map(entry -> entry.id)
                .orElse(null);
    }

    private static String order(AuditFilter filter) {
        return filter.isOldestFirst ? " order by id" : " order by id desc";
    }

    /**
     * Counts the matching entries of a workspace.
     *
     * @param after counts only entries after this one; null for all
     * @param end the last entry to read; null for all
     * @return the count, up to the given maximum
     */
    static long count(String workspaceId, AuditFilter filter, @Nullable UUID after, @Nullable UUID end, int most) {
        var query = getEntityManager()
                .createQuery(
                        "select count(*) from (select id as id from AuditEntry where " + MATCHES + order(filter)
                                + " limit " + most + ")",
                        Long.class);
        var parameters = parameters(workspaceId, filter, after, end);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        return query.getSingleResult();
    }

    /**
     * The matching entries of a workspace, in the filter's order.
     *
     * @param after reads only entries after this one; null for all
     * @param end the last entry to read; null for all
     */
    static List<AuditEntry> read(
            String workspaceId, AuditFilter filter, @Nullable UUID after, @Nullable UUID end, int count) {
        return AuditEntry.<AuditEntry>find(MATCHES + order(filter), parameters(workspaceId, filter, after, end))
                .page(0, count)
                .list();
    }

    private static Object[] parameters(
            String workspaceId, AuditFilter filter, @Nullable UUID after, @Nullable UUID end) {
        @Nullable UUID lowest = filter.isOldestFirst ? after : end;
        @Nullable UUID highest = filter.isOldestFirst ? end : after;
        return new Object[] {
            workspaceId,
            filter.actions(),
            filter.actor(),
            filter.text(),
            filter.since,
            filter.until,
            lowest == null ? FIRST : lowest,
            highest == null ? LAST : highest,
            after == null ? FIRST : after
        };
    }
}
