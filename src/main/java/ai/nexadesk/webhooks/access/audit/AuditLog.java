package ai.nexadesk.webhooks.access.audit;

import ai.nexadesk.webhooks.api.ListPage;
import io.quarkus.narayana.jta.QuarkusTransaction;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads the audit log. No index answers its filters: each request looks through a bounded number of entries. */
final class AuditLog {

    /** How many entries a request looks through at most where a filter is set. */
    static final int SCANNED = 25_000;

    private AuditLog() {}

    /**
     * A part of the log, newest first. Where a filter is set, it may have fewer entries than asked for, or none, and still a
     * next one.
     *
     * @param entries what the filter lets through
     * @param next the entry below which the next part begins; null if this is the last
     * @param searchedBackTo the time before which nobody has looked yet; null if the part is full, or the last
     */
    record Part(
            List<AuditEntry> entries,
            @Nullable UUID next,
            @Nullable Instant searchedBackTo) {}

    /**
     * How many entries the filter lets through.
     *
     * @param counted counted at most to {@link ListPage#COUNTED_UP_TO}
     * @param isLowerBound whether there are or may be more
     * @param countedBackTo the time before which nobody has looked yet; null if all were looked through or counting ended before
     */
    record Total(
            long counted, boolean isLowerBound, @Nullable Instant countedBackTo) {}

    /** The part below the filter's cursor, or the first. */
    static Part read(String workspaceId, AuditFilter filter, int limit) {
        return QuarkusTransaction.requiringNew().call(() -> {
            @Nullable AuditEntry floor = floor(workspaceId, filter, filter.cursor());
            var entries = AuditEntry.newest(workspaceId, filter, idOf(floor), limit + 1);
            if (entries.size() > limit) {
                return new Part(entries.subList(0, limit), entries.get(limit - 1).id, null);
            }
            return floor == null ? new Part(entries, null, null) : new Part(entries, floor.id, floor.at);
        });
    }

    /** Counts from the top, wherever the filter's cursor is. */
    static Total count(String workspaceId, AuditFilter filter) {
        return QuarkusTransaction.requiringNew().call(() -> {
            @Nullable AuditEntry floor = floor(workspaceId, filter, Optional.empty());
            long counted = AuditEntry.count(workspaceId, filter, idOf(floor), ListPage.COUNTED_UP_TO + 1);
            boolean isMore = counted > ListPage.COUNTED_UP_TO;
            return new Total(
                    Math.min(counted, ListPage.COUNTED_UP_TO),
                    isMore || floor != null,
                    isMore || floor == null ? null : floor.at);
        });
    }

    /** The last entry to look at; null if there are no more than may be looked at, or all match. */
    private static @Nullable AuditEntry floor(String workspaceId, AuditFilter filter, Optional<UUID> cursor) {
        return filter.isSet() ? AuditEntry.below(workspaceId, cursor, SCANNED) : null;
    }

    private static UUID idOf(@Nullable AuditEntry floor) {
        return floor == null ? AuditEntry.FIRST : floor.id;
    }
}
