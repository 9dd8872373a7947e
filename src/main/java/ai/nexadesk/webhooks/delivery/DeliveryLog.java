package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.Page;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;

/** Reads the log: what was sent to a workspace's webhooks and what came back. */
@ApplicationScoped
public class DeliveryLog {

    private final EntityManager entities;

    DeliveryLog(EntityManager entities) {
        this.entities = entities;
    }

    /**
     * A part of the log, newest first.
     *
     * @param entries its lines
     * @param next where the next part begins; null if this is the last
     * @param total how many lines match in all, counted at most to one more than {@link Page#COUNTED_UP_TO}
     */
    public record Part(List<LogEntry> entries, @Nullable UUID next, long total) {

        /** Whether there are more than were counted. */
        public boolean totalIsLowerBound() {
            return total > Page.COUNTED_UP_TO;
        }
    }

    /**
     * One delivery with all there is to know about it.
     *
     * @param entry the delivery
     * @param occurredAt the event's timestamp; null if the event is no longer kept
     * @param requestBody what is sent, as text; empty if the event is no longer kept
     * @param attempts newest first
     */
    public record Detail(LogEntry entry, @Nullable Instant occurredAt, String requestBody, List<Attempt> attempts) {}

    /**
     * Reads a part of a workspace's log.
     *
     * @param before only lines below this one; null to begin at the top
     * @param limit how many lines at most
     */
    @Transactional
    public Part read(String workspaceId, LogFilter filter, @Nullable UUID before, int limit) {
        var condition = Condition.of(workspaceId, filter);
        var total = condition
                .bind(entities.createQuery(
                        "select count(*) from (select d.id as id from " + Condition.TABLES + condition.text()
                                + " order by d.id desc limit " + (Page.COUNTED_UP_TO + 1) + ") x",
                        Long.class))
                .getSingleResult();
        var shown = before == null ? condition : condition.and("d.id < :before", "before", before);
        var entries = shown.bind(entities.createQuery(
                        "select new ai.nexadesk.webhooks.delivery.LogEntry(d, w, h.url) from " + Condition.TABLES
                                + shown.text() + " order by d.id desc",
                        LogEntry.class))
                .setMaxResults(limit + 1)
                .getResultList();
        if (entries.size() <= limit) {
            return new Part(entries, null, total);
        }
        var part = entries.subList(0, limit);
        return new Part(part, part.get(limit - 1).delivery().id, total);
    }

    /** One delivery of a workspace by its id as people and programs see it. */
    @Transactional
    public Optional<Detail> find(String workspaceId, String publicId) {
        return Delivery.inWorkspace(workspaceId, publicId).map(delivery -> {
            @Nullable Work work = entities.find(Work.class, delivery.id);
            @Nullable PublishedEvent event = entities.find(PublishedEvent.class, delivery.eventKey);
            var url = entities.createQuery("select url from Webhook where id = :id", String.class)
                    .setParameter("id", delivery.webhookId)
                    .getSingleResult();
            return new Detail(
                    new LogEntry(delivery, work, url),
                    event == null ? null : event.occurredAt,
                    event == null ? "" : new String(event.body, StandardCharsets.UTF_8),
                    Attempt.of(delivery.id));
        });
    }

    /** The where clause of a filter, with its parameters. */
    private record Condition(List<String> parts, Map<String, Object> parameters) {

        static final String TABLES =
                "Delivery d join Webhook h on h.id = d.webhookId left join Work w on w.deliveryId = d.id";

        static Condition of(String workspaceId, LogFilter filter) {
            var all = new Condition(List.of(), Map.of()).and("d.workspaceId = :workspace", "workspace", workspaceId);
            if (filter.webhookId() != null) {
                all = all.and("d.webhookId = :webhook", "webhook", filter.webhookId());
            }
            if (filter.status() == DeliveryStatus.SENDING) {
                all = all.and("w.owner is not null");
            } else if (filter.status() != null) {
                all = all.and("d.status = :status", "status", filter.status()).and("w.owner is null");
            }
            if (filter.eventType() != null) {
                all = all.and("d.eventType = :type", "type", filter.eventType());
            }
            if (filter.codes() != null) {
                all = filter.codes().isNone()
                        ? all.and("d.statusCode is null and d.attempts > 0")
                        : all.and("d.statusCode >= :low", "low", filter.codes().from())
                                .and(
                                        "d.statusCode <= :high",
                                        "high",
                                        filter.codes().to());
            }
            if (filter.since() != null) {
                all = all.and("d.id >= :since", "since", DeliveryIds.lowest(filter.since()));
            }
            if (filter.until() != null) {
                all = all.and("d.id < :until", "until", DeliveryIds.lowest(filter.until()));
            }
            if (filter.text() != null) {
                var id = DeliveryIds.parse(filter.text());
                all = id.isPresent()
                        ? all.and("d.id = :text", "text", id.get())
                        : all.and("d.eventId = :text", "text", filter.text());
            }
            return filter.pings() ? all : all.and("d.eventType <> '" + Lease.PING + "'");
        }

        Condition and(String part) {
            var more = new ArrayList<>(parts);
            more.add(part);
            return new Condition(more, parameters);
        }

        Condition and(String part, String parameter, Object value) {
            var more = new HashMap<>(parameters);
            more.put(parameter, value);
            return new Condition(and(part).parts, more);
        }

        String text() {
            return " where " + String.join(" and ", parts);
        }

        <T> TypedQuery<T> bind(TypedQuery<T> query) {
            parameters.forEach(query::setParameter);
            return query;
        }
    }
}
