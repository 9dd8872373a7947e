package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryStatus;
import ai.nexadesk.webhooks.delivery.LeasedDelivery;
import ai.nexadesk.webhooks.delivery.Work;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;

/**
 * The where clause of a log query, with its parameters. It always restricts the columns that the log is indexed and partitioned by:
 * the workspace or webhook, and the time-sorted ID.
 */
record LogCondition(
        boolean withWork, boolean withEvent, boolean oldestFirst, List<String> parts, Map<String, Object> parameters) {

    /** The database's time limit for a page, so that a slow page does not hold up the queue. */
    static final int TIMEOUT_MILLIS = 3_000;

    /** Part of an HQL string, so quotes are doubled. */
    private static final String CONTAINS = """
            case when convert_from(?, ''UTF8'') collate pg_c_utf8 ilike any (array[cast(? as text), cast(? as text)])
                or starts_with(?, ?) or starts_with(''dlv_'' || replace(cast(? as text), ''-'', ''''), ?)
                then 1 else 0 end""";

    /** The part of a filter that an index supports: webhook, rare statuses, and time. */
    static LogCondition indexed(String workspaceId, LogFilter filter) {
        var all = new LogCondition(false, false, filter.oldestFirst(), List.of(), Map.of())
                .and("d.workspaceId = :workspace", "workspace", workspaceId);
        if (filter.webhookId() != null) {
            all = all.and("d.webhookId = :webhook", "webhook", filter.webhookId());
        }
        var status = filter.status();
        if (status != null) {
            all = all.and(status);
        }
        if (filter.since() != null) {
            all = all.and("d.id >= :since", "since", UuidV7.lowestAt(filter.since()));
        }
        if (filter.until() != null) {
            all = all.and("d.id < :until", "until", UuidV7.lowestAt(filter.until()));
        }
        return all;
    }

    /** The whole filter except its text. */
    static LogCondition of(String workspaceId, LogFilter filter) {
        var all = indexed(workspaceId, filter);
        if (filter.status() != null && filter.status().isFinal() && filter.status() != DeliveryStatus.FAILED) {
            all = all.and("d.status = :status", "status", filter.status());
        }
        if (filter.statuses().size() > 1) {
            all = all.andAnyOf(filter.statuses());
        }
        if (!filter.eventTypes().isEmpty()) {
            all = all.and("d.eventType in :types", "types", filter.eventTypes());
        }
        if (!filter.codes().isEmpty()) {
            all = all.and(filter.codes().stream()
                    .map(LogFilter.Codes::condition)
                    .collect(Collectors.joining(" or ", "(", ")")));
        }
        if (filter.record() != null) {
            all = all.joined().and("e.record = :record", "record", filter.record());
        }
        return filter.pings() ? all : all.and("d.eventType <> '" + LeasedDelivery.PING + "'");
    }

    /** Unfinished deliveries are in the small work table; failed ones have their own index. */
    private LogCondition and(DeliveryStatus status) {
        var working =
                new LogCondition(true, withEvent, oldestFirst, parts, parameters).and("w.workspaceId = :workspace");
        return switch (status) {
            case SENDING -> working.and("w.owner <> :waiting_owner", "waiting_owner", Work.WAITING_OWNER);
            case WAITING -> working.and("w.owner = :waiting_owner", "waiting_owner", Work.WAITING_OWNER);
            case QUEUED, RETRYING -> working.and("w.owner is null").and("d.status = :status", "status", status);
            case FAILED -> and("d.failed");
            case DELIVERED, CANCELLED, MERGED -> this;
        };
    }

    /** A condition that no index supports. */
    private LogCondition andAnyOf(List<DeliveryStatus> statuses) {
        return new LogCondition(withWork, withEvent, oldestFirst, parts, parameters)
                .with("waiting_owner", Work.WAITING_OWNER)
                .and(statuses.stream()
                        .map(status -> "(" + statusCondition(status) + ")")
                        .collect(Collectors.joining(" or ", "(", " or :waiting_owner is null)")));
    }

    private static String statusCondition(DeliveryStatus status) {
        return switch (status) {
            case SENDING -> "w.deliveryId is not null and w.owner <> :waiting_owner";
            case WAITING -> "w.deliveryId is not null and w.owner = :waiting_owner";
            case QUEUED, RETRYING ->
                "d.status = '" + status.value() + "' and (w.deliveryId is null or w.owner is null)";
            case DELIVERED, FAILED, CANCELLED, MERGED -> "d.status = '" + status.value() + "'";
        };
    }

    /**
     * This condition, limited to deliveries whose body contains this text (plain or escaped as in JSON, ignoring case),
     * or whose delivery or event ID starts with it.
     */
    LogCondition containing(String text) {
        return joined().and("cast(sql('" + CONTAINS
                        + "', e.body, :plain, :json, d.eventId, :text, d.id, :text) as Integer) = 1")
                .with("text", text)
                .with("plain", pattern(text))
                .with("json", pattern(new String(JsonStringEncoder.getInstance().quoteAsString(text))));
    }

    private LogCondition joined() {
        return new LogCondition(withWork, true, oldestFirst, parts, parameters);
    }

    private static String pattern(String text) {
        return '%' + text.replaceAll("[\\\\%_]", "\\\\$0") + '%';
    }

    private LogCondition with(String parameter, Object value) {
        var more = new HashMap<>(parameters);
        more.put(parameter, value);
        return new LogCondition(withWork, withEvent, oldestFirst, parts, more);
    }

    LogCondition and(String part) {
        var more = new ArrayList<>(parts);
        more.add(part);
        return new LogCondition(withWork, withEvent, oldestFirst, more, parameters);
    }

    LogCondition and(String part, String parameter, Object value) {
        return and(part).with(parameter, value);
    }

    /** Only lines after this one, in the order of the list. */
    LogCondition after(@Nullable UUID id) {
        return id == null ? this : and(oldestFirst ? "d.id > :after" : "d.id < :after", "after", id);
    }

    /** Only lines up to this one, in the order of the list. */
    LogCondition upTo(@Nullable UUID id) {
        return id == null ? this : and(oldestFirst ? "d.id <= :end" : "d.id >= :end", "end", id);
    }

    /** All IDs, in the order of the list. */
    TypedQuery<UUID> ids(EntityManager entities) {
        return query(entities, "select d.id from " + tables(withWork) + text() + order(), UUID.class);
    }

    /** The number of lines, up to this maximum. */
    long count(EntityManager entities, int most) {
        return query(
                        entities,
                        "select count(*) from (select d.id as id from " + tables(withWork) + text() + order()
                                + " limit " + most + ") x",
                        Long.class)
                .getSingleResult();
    }

    /**
     * All lines, in the order of the list, each with its webhook and record. Left joins keep PostgreSQL from starting
     * with the joined tables.
     */
    TypedQuery<LogEntry> entries(EntityManager entities) {
        return query(
                entities,
                "select new ai.nexadesk.webhooks.delivery.log.LogEntry(d, w, h.url, h.description, e.record) from "
                        + tables(true)
                        + (withEvent ? "" : " left join PublishedEvent e on e.key = d.eventKey")
                        + " left join Webhook h on h.id = d.webhookId" + text() + order(),
                LogEntry.class);
    }

    private String tables(boolean wanted) {
        boolean work = wanted || parts.stream().anyMatch(part -> part.contains("w."));
        return "Delivery d" + (withEvent ? " join PublishedEvent e on e.key = d.eventKey" : "")
                + (work ? (withWork ? "" : " left") + " join Work w on w.deliveryId = d.id" : "");
    }

    private String order() {
        return oldestFirst ? " order by d.id" : " order by d.id desc";
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
