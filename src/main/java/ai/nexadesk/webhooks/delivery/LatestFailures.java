package ai.nexadesk.webhooks.delivery;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** What went wrong last at a webhook: what has failed for good, and what failed and waits for its next attempt. */
@ApplicationScoped
class LatestFailures {

    /** How many failures of the workspace are looked through at most: some milliseconds, from the index alone. */
    static final int SCANNED = 5_000;

    /** How many waiting deliveries of the webhook are: these must be fetched. */
    private static final int WAITING = 1_000;

    private static final int SHOWN = 5;

    private static final LogFilter ALL_FAILED =
            new LogFilter(null, DeliveryStatus.FAILED, null, null, null, null, null, true);

    /**
     * The webhook stands outside of what is bounded. Inside, the log's index could be taken, and the whole log of a webhook that
     * never failed would be read to find nothing; so it is the index of what failed, which has the webhook in it, and a bounded
     * part of that.
     */
    private static final String FAILED = """
            select f.id from
                (select d.id as id, d.webhookId as webhookId from Delivery d
                    where d.workspaceId = :workspace and d.failed order by d.id desc limit %d) f
            where f.webhookId = :webhook order by f.id desc
            """.formatted(SCANNED);

    /** Retries are due later than first attempts: in the order of the index they come before what only waits for its turn. */
    private static final String RETRYING = """
            select r.id from
                (select w.deliveryId as id, w.tries as tries from Work w
                    where w.workspaceId = :workspace and w.webhookId = :webhook and w.owner is null
                    order by w.dueAt desc limit %d) r
            where r.tries > 0 order by r.id desc
            """.formatted(WAITING);

    private final EntityManager entities;

    LatestFailures(EntityManager entities) {
        this.entities = entities;
    }

    /**
     * What was found.
     *
     * @param entries newest first; some at most
     * @param lookedBackTo the time before which nobody has looked, if nothing was found; null if all was looked through
     */
    record Found(List<LogEntry> entries, @Nullable Instant lookedBackTo) {}

    /** Looks for the latest failures of a webhook of this workspace, in a time that its log's length does not change. */
    @Transactional
    Found of(String workspaceId, String webhookId) {
        return DeliveryLog.inTime(() -> {
            var ids = Stream.of(FAILED, RETRYING)
                    .flatMap(query -> ids(query, workspaceId, webhookId))
                    .toList();
            var entries = ids.isEmpty() ? List.<LogEntry>of() : entries(workspaceId, webhookId, ids);
            return new Found(entries, entries.isEmpty() ? lookedBackTo(workspaceId) : null);
        });
    }

    private Stream<UUID> ids(String query, String workspaceId, String webhookId) {
        return entities
                .createQuery(query, UUID.class)
                .setHint("jakarta.persistence.query.timeout", LogCondition.TIMEOUT_MILLIS)
                .setParameter("workspace", workspaceId)
                .setParameter("webhook", webhookId)
                .setMaxResults(SHOWN)
                .getResultList()
                .stream();
    }

    /** What somebody retries although it was delivered has not failed. */
    private List<LogEntry> entries(String workspaceId, String webhookId, List<UUID> ids) {
        return LogCondition.of(workspaceId, LogFilter.ofWebhook(webhookId))
                .and("d.id in :ids", "ids", ids)
                .and("d.errorCode is not null")
                .entries(entities)
                .setMaxResults(SHOWN)
                .getResultList();
    }

    private @Nullable Instant lookedBackTo(String workspaceId) {
        return LogCondition.indexed(workspaceId, ALL_FAILED)
                .ids(entities)
                .setFirstResult(SCANNED - 1)
                .setMaxResults(1)
                .getResultStream()
                .findFirst()
                .map(DeliveryIds::madeAt)
                .orElse(null);
    }
}
