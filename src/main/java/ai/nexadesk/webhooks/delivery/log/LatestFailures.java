package ai.nexadesk.webhooks.delivery.log;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** What went wrong last at a webhook: what has failed for good, and what failed and waits for its next attempt. */
@ApplicationScoped
public class LatestFailures {

    /** How many waiting deliveries of the webhook are: these must be fetched. */
    private static final int WAITING = 1_000;

    private static final int SHOWN = 5;

    private static final String FAILED = """
            select d.id from Delivery d
            where d.workspaceId = :workspace and d.webhookId = :webhook and d.failed order by d.id desc
            """;

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
     * Looks for the latest failures of a webhook of this workspace, in a time that its log's length does not change.
     *
     * @return newest first; some at most
     */
    @Transactional
    public List<LogEntry> of(String workspaceId, String webhookId) {
        return DeliveryLog.inTime(() -> {
            var ids = Stream.of(FAILED, RETRYING)
                    .flatMap(query -> ids(query, workspaceId, webhookId))
                    .toList();
            return ids.isEmpty() ? List.<LogEntry>of() : entries(workspaceId, webhookId, ids);
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
}
