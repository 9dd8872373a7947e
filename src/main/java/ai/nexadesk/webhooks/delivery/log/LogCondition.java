package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.Lease;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;

/**
 * The where clause of a log's query, with its parameters. Always bound on what the log is indexed and partitioned by: the
 * workspace or the webhook, and the time-sorted id.
 */
record LogCondition(boolean withWork, boolean withBody, List<String> parts, Map<String, Object> parameters) {

    /** What the database answers within a request, or not at all: a slow page must not hold up the queue. */
    static final int TIMEOUT_MILLIS = 3_000;

    /** The part of a filter that an index answers: where, how far if few are, and since when. */
    static LogCondition indexed(String workspaceId, LogFilter filter) {
        var all = new LogCondition(false, false, List.of(), Map.of())
                .and("d.workspaceId = :workspace", "workspace", workspaceId);
        if (filter.webhookId() != null) {
            all = all.and("d.webhookId = :webhook", "webhook", filter.webhookId());
        }
        if (filter.status() != null) {
            all = all.and(filter.status());
        }
        if (filter.since() != null) {
            all = all.and("d.id >= :since", "since", DeliveryIds.lowest(filter.since()));
        }
        if (filter.until() != null) {
            all = all.and("d.id < :until", "until", DeliveryIds.lowest(filter.until()));
        }
        return all;
    }

    /** The whole filter but its text. */
    static LogCondition of(String workspaceId, LogFilter filter) {
        var all = indexed(workspaceId, filter);
        if (filter.status() == DeliveryStatus.DELIVERED || filter.status() == DeliveryStatus.CANCELLED) {
            all = all.and("d.status = :status", "status", filter.status());
        }
        if (filter.eventType() != null) {
            all = all.and("d.eventType = :type", "type", filter.eventType());
        }
        if (filter.codes() != null) {
            all = filter.codes().isNone()
                    ? all.and("d.statusCode is null and d.attempts > 0")
                    : all.and("d.statusCode >= :low", "low", filter.codes().from())
                            .and("d.statusCode <= :high", "high", filter.codes().to());
        }
        return filter.pings() ? all : all.and("d.eventType <> '" + Lease.PING + "'");
    }

    /** What is unfinished stands in the small table of work; what failed has an index of its own. */
    private LogCondition and(DeliveryStatus status) {
        var working = new LogCondition(true, withBody, parts, parameters).and("w.workspaceId = :workspace");
        return switch (status) {
            case SENDING -> working.and("w.owner is not null");
            case QUEUED, RETRYING -> working.and("w.owner is null").and("d.status = :status", "status", status);
            case FAILED -> and("d.failed");
            case DELIVERED, CANCELLED -> this;
        };
    }

    /** The same for those deliveries only whose body contains this text. */
    LogCondition containing(String text) {
        return new LogCondition(withWork, true, parts, parameters)
                .and("cast(sql('position(convert_to(?, ''UTF8'') in ?)', :text, e.body) as Integer) > 0", "text", text);
    }

    LogCondition and(String part) {
        var more = new ArrayList<>(parts);
        more.add(part);
        return new LogCondition(withWork, withBody, more, parameters);
    }

    LogCondition and(String part, String parameter, Object value) {
        var more = new HashMap<>(parameters);
        more.put(parameter, value);
        return new LogCondition(withWork, withBody, and(part).parts, more);
    }

    LogCondition before(@Nullable UUID id) {
        return id == null ? this : and("d.id < :before", "before", id);
    }

    LogCondition downTo(@Nullable UUID id) {
        return id == null ? this : and("d.id >= :floor", "floor", id);
    }

    /** All ids, newest first. */
    TypedQuery<UUID> ids(EntityManager entities) {
        return query(entities, "select d.id from " + tables(withWork) + text() + " order by d.id desc", UUID.class);
    }

    /** How many there are, but at most this many. */
    long count(EntityManager entities, int most) {
        return query(
                        entities,
                        "select count(*) from (select d.id as id from " + tables(withWork) + text()
                                + " order by d.id desc limit " + most + ") x",
                        Long.class)
                .getSingleResult();
    }

    /** All lines, newest first. Each has its webhook; the join is a left one, so that no plan begins at the webhooks. */
    TypedQuery<LogEntry> entries(EntityManager entities) {
        return query(
                entities,
                "select new ai.nexadesk.webhooks.delivery.log.LogEntry(d, w, h.url, h.description) from " + tables(true)
                        + " left join Webhook h on h.id = d.webhookId" + text() + " order by d.id desc",
                LogEntry.class);
    }

    private String tables(boolean work) {
        return "Delivery d" + (withBody ? " join PublishedEvent e on e.key = d.eventKey" : "")
                + (work ? (withWork ? "" : " left") + " join Work w on w.deliveryId = d.id" : "");
    }

    private String text() {
        return " where " + String.join(" and ", parts);
    }

    private <T> TypedQuery<T> query(EntityManager entities, String text, Class<T> type) {
        var query = entities.createQuery(text, type).setHint("jakarta.persistence.query.timeout", TIMEOUT_MILLIS);
        parameters.forEach(query::setParameter);
        return query;
    }
}
