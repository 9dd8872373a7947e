package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.query.ListSearch;
import io.quarkus.narayana.jta.QuarkusTransaction;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Reads the audit log. No index supports its filters, so it is searched piece by piece. */
final class AuditLog {

    /** Maximum entries that one statement reads if a filter is set. */
    static final int SCANNED = 25_000;

    private AuditLog() {}

    /**
     * A part of the log for the page, newest first. If a filter is set, it can be short or empty and still have a next
     * part.
     *
     * @param entries the matching entries
     * @param next the entry below which the next part begins; null if this is the last
     * @param searchedBackTo the time before which entries have not been searched; null if the part is full or the last
     * @param total how many entries match; null except in the first part
     */
    record Entries(
            List<AuditEntry> entries,
            @Nullable UUID next,
            @Nullable Instant searchedBackTo,
            @Nullable Total total) {}

    /**
     * The number of matching entries.
     *
     * @param counted the number, up to {@link ListPage#COUNTED_UP_TO}
     * @param isLowerBound whether there are or may be more
     * @param countedBackTo the time before which entries have not been searched; null if all were searched, or if
     *     counting stopped earlier
     */
    record Total(
            long counted, boolean isLowerBound, @Nullable Instant countedBackTo) {}

    /** The matching entries of a workspace, piece by piece. */
    static ListSearch.Source<AuditEntry> entries(String workspaceId, AuditFilter filter) {
        return (after, items, count) -> QuarkusTransaction.requiringNew().call(() -> {
            @Nullable UUID end = filter.isSet() ? AuditEntry.behind(workspaceId, filter, after, SCANNED) : null;
            return new ListSearch.Piece<>(
                    items == 0 ? List.of() : AuditEntry.read(workspaceId, filter, after, end, items),
                    count == 0 ? 0 : AuditEntry.count(workspaceId, filter, after, end, count),
                    end);
        });
    }

    /** The part below the filter's cursor, or the first part. */
    static Entries read(String workspaceId, AuditFilter filter, int limit) {
        @Nullable UUID top = filter.cursor().orElse(null);
        var found = ListSearch.through(
                entries(workspaceId, filter), top, limit + 1, top == null ? ListPage.COUNTED_UP_TO + 1 : 0);
        var entries = found.items();
        var total = top == null ? total(found) : null;
        return entries.size() > limit
                ? new Entries(entries.subList(0, limit), entries.get(limit - 1).id, null, total)
                : new Entries(entries, found.end(), at(found.end()), total);
    }

    private static Total total(ListSearch.Piece<AuditEntry> found) {
        boolean isMore = found.counted() > ListPage.COUNTED_UP_TO;
        return new Total(
                Math.min(found.counted(), ListPage.COUNTED_UP_TO),
                isMore || found.end() != null,
                isMore ? null : at(found.end()));
    }

    private static @Nullable Instant at(@Nullable UUID id) {
        return id == null ? null : QuarkusTransaction.requiringNew().call(() -> AuditEntry.<AuditEntry>findById(id).at);
    }
}
