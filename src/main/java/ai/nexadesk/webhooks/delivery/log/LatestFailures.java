package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.event.EventIds;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/** The latest failures of a webhook: failed deliveries, and retrying ones. */
@ApplicationScoped
public class LatestFailures {

    /** Maximum waiting deliveries to read. */
    private static final int WAITING = 1_000;

    private static final int SHOWN = 5;

    private static final String FAILED = """
            select d.id from Delivery d
            where d.workspaceId = :workspace and d.webhookId = :webhook and d.failed and d.eventId not like '%s%%'
            order by d.id desc
            """.formatted(EventIds.FORGED);

    /** Retries are due later than first attempts, so they come first in the order of the index. */
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
     * Finds the latest failures of a webhook. The time this takes does not depend on the length of its log.
     *
     * @return newest first; only the newest few
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

    /** The log entries of these deliveries. A delivered event that somebody retries has not failed. */
    private List<LogEntry> entries(String workspaceId, String webhookId, List<UUID> ids) {
        return LogCondition.of(workspaceId, LogFilter.ofWebhook(webhookId))
                .and("d.id in :ids", "ids", ids)
                .and("d.errorCode is not null")
                .entries(entities)
                .setMaxResults(SHOWN)
                .getResultList();
    }
}
