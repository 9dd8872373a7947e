package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.delivery.Attempt;
import ai.nexadesk.webhooks.delivery.Delivery;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.EventIdMapping;
import ai.nexadesk.webhooks.delivery.PublishedEvent;
import ai.nexadesk.webhooks.delivery.Work;
import ai.nexadesk.webhooks.event.Sequence;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.webhook.Webhook;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.QueryTimeoutException;
import jakarta.transaction.Transactional;

/** Reads the log: what was sent to a workspace's webhooks and what came back. */
@ApplicationScoped
public class DeliveryLog {

    private final EntityManager entities;

    DeliveryLog(EntityManager entities) {
        this.entities = entities;
    }

    /** How many lines a request looks through at most where no index answers its filter. */
    static final int SCANNED = 100_000;

    /** The same for the first part: it opens at once, and who wants to see what is older waits a little longer. */
    static final int SCANNED_FIRST = 25_000;

    /** The same where it reads bodies. */
    static final int BODIES_SCANNED = 5_000;

    /** Deliveries are made with their event; this is generous. */
    private static final Duration FAN_OUT = Duration.ofMinutes(1);

    /**
     * A part of the log, newest first.
     *
     * @param entries its lines
     * @param next where the next part begins; null if this is the last
     */
    public record Part(List<LogEntry> entries, @Nullable UUID next) {}

    /**
     * How many lines match.
     *
     * @param counted counted at most to {@link ListPage#COUNTED_UP_TO}
     * @param isLowerBound whether there are or may be more
     * @param countedBackTo the time before which nobody has looked yet; null if all was looked through
     */
    public record Total(
            long counted, boolean isLowerBound, @Nullable Instant countedBackTo) {}

    /**
     * The beginning of a log.
     *
     * @param part its first lines
     * @param total how many there are
     */
    public record Top(Part part, Total total) {}

    /**
     * One delivery with all there is to know about it.
     *
     * @param entry the delivery
     * @param occurredAt the event's timestamp; null if the event is no longer kept
     * @param context what the publisher said about the event
     * @param requestBody what is sent, as text; empty if the event is no longer kept
     * @param attempts newest first
     */
    public record Detail(
            LogEntry entry,
            @Nullable Instant occurredAt,
            EventContext context,
            String requestBody,
            List<Attempt> attempts) {

        /** The event's place in the order of publication; null if it is not about a record. */
        public @Nullable String sequence() {
            return context.record() == null ? null : Sequence.of(entry.delivery().eventKey);
        }
    }

    /**
     * Reads a part of a workspace's log. A filter that no index answers is looked for in a bounded number of lines: the part
     * may then have fewer lines than asked for, or none, and still a next one.
     *
     * @param before only lines below this one; null to begin at the top
     * @param limit how many lines at most
     * @throws ApiException 503 if the database does not answer in time
     */
    @Transactional
    public Part read(String workspaceId, LogFilter filter, @Nullable UUID before, int limit) {
        return inTime(() -> {
            var search = search(workspaceId, filter);
            return part(search, before == null ? search.top(entities) : search.floor(entities, before), before, limit);
        });
    }

    /**
     * Reads the first part of a workspace's log, and counts what matches, in the same lines.
     *
     * @param limit how many lines at most
     * @throws ApiException 503 if the database does not answer in time
     */
    @Transactional
    public Top top(String workspaceId, LogFilter filter, int limit) {
        return inTime(() -> {
            var search = search(workspaceId, filter);
            @Nullable UUID floor = search.top(entities);
            return new Top(part(search, floor, null, limit), total(search, floor));
        });
    }

    private Part part(Search search, @Nullable UUID floor, @Nullable UUID before, int limit) {
        var entries = search.whole()
                .before(before)
                .downTo(floor)
                .entries(entities)
                .setMaxResults(limit + 1)
                .getResultList();
        if (entries.size() <= limit) {
            return new Part(entries, floor);
        }
        var part = entries.subList(0, limit);
        return new Part(part, part.get(limit - 1).delivery().id);
    }

    /**
     * Counts what matches, from the top.
     *
     * @throws ApiException 503 if the database does not answer in time
     */
    @Transactional
    public Total count(String workspaceId, LogFilter filter) {
        return inTime(() -> {
            var search = search(workspaceId, filter);
            return total(search, search.floor(entities, null));
        });
    }

    private Total total(Search search, @Nullable UUID floor) {
        long counted = search.whole().downTo(floor).count(entities, ListPage.COUNTED_UP_TO + 1);
        boolean isMore = counted > ListPage.COUNTED_UP_TO;
        return new Total(
                Math.min(counted, ListPage.COUNTED_UP_TO),
                isMore || floor != null,
                isMore || floor == null ? null : DeliveryIds.madeAt(floor));
    }

    /**
     * How many lines stand above this one.
     *
     * @return {@link ListPage#COUNTED_UP_TO} at most
     */
    @Transactional
    public long countAfter(String workspaceId, LogFilter filter, UUID newest) {
        return inTime(() -> search(workspaceId, filter)
                .whole()
                .and("d.id > :newest", "newest", newest)
                .count(entities, ListPage.COUNTED_UP_TO));
    }

    static <T> T inTime(Supplier<T> read) {
        try {
            return read.get();
        } catch (QueryTimeoutException e) {
            throw new ApiException(
                    503,
                    "log_too_slow",
                    "Reading the log took too long. Choose a shorter time range and try again.",
                    Map.of());
        }
    }

    /**
     * How a filter is looked for.
     *
     * @param whole all that it says
     * @param indexed the part of it that an index answers
     * @param scanned how many of these may be looked at; 0 for no bound
     */
    private record Search(LogCondition whole, LogCondition indexed, int scanned) {

        /** The last line to look at for the first part; null if there are no more than may be looked at. */
        @Nullable
        UUID top(EntityManager entities) {
            return floor(entities, null, Math.min(scanned, SCANNED_FIRST));
        }

        /** The same below this line; null for all. */
        @Nullable
        UUID floor(EntityManager entities, @Nullable UUID before) {
            return floor(entities, before, scanned);
        }

        private @Nullable UUID floor(EntityManager entities, @Nullable UUID before, int most) {
            return most == 0
                    ? null
                    : indexed.before(before)
                            .ids(entities)
                            .setFirstResult(most - 1)
                            .setMaxResults(1)
                            .getResultStream()
                            .findFirst()
                            .orElse(null);
        }
    }

    private Search search(String workspaceId, LogFilter filter) {
        var all = LogCondition.of(workspaceId, filter);
        var indexed = LogCondition.indexed(workspaceId, filter);
        if (filter.text() == null) {
            return new Search(all, indexed, filter.isIndexed() ? 0 : SCANNED);
        }
        var id = DeliveryIds.parse(filter.text());
        if (id.isPresent()) {
            return new Search(all.and("d.id = :text", "text", id.get()), indexed, 0);
        }
        @Nullable
        EventIdMapping event = entities.find(EventIdMapping.class, new EventIdMapping.Name(workspaceId, filter.text()));
        return event == null
                ? new Search(all.containing(filter.text()), indexed, BODIES_SCANNED)
                : new Search(ofEvent(all, event.key), indexed, 0);
    }

    private static LogCondition ofEvent(LogCondition all, UUID key) {
        var end = DeliveryIds.lowest(DeliveryIds.madeAt(key).plus(FAN_OUT));
        return all.and("d.id >= :key", "key", key)
                .and("d.id < :end", "end", end)
                .and("d.eventKey = :key");
    }

    /**
     * One delivery of a webhook by its public id.
     *
     * @throws ApiException 404 if the webhook has no such delivery
     */
    @Transactional
    public Detail get(String workspaceId, String webhookId, String publicId) {
        return find(workspaceId, publicId)
                .filter(detail -> detail.entry().delivery().webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
    }

    /** One delivery of a workspace by its public id. */
    @Transactional
    public Optional<Detail> find(String workspaceId, String publicId) {
        // The work before the delivery: what ends in between is then finished, and not neither waiting nor done.
        var id = DeliveryIds.parse(publicId);
        @Nullable Work work = id.map(found -> entities.find(Work.class, found)).orElse(null);
        return Delivery.inWorkspace(workspaceId, publicId).map(delivery -> {
            @Nullable PublishedEvent event = entities.find(PublishedEvent.class, delivery.eventKey);
            var webhook = entities.find(Webhook.class, delivery.webhookId);
            return new Detail(
                    new LogEntry(delivery, work, webhook.url, webhook.description),
                    event == null ? null : event.occurredAt,
                    event == null ? EventContext.NONE : event.context(),
                    event == null ? "" : new String(event.body, StandardCharsets.UTF_8),
                    Attempt.of(delivery.id));
        });
    }
}
