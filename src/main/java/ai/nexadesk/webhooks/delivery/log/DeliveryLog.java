package ai.nexadesk.webhooks.delivery.log;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.ListPage;
import ai.nexadesk.webhooks.api.query.ListSearch;
import ai.nexadesk.webhooks.database.Standby;
import ai.nexadesk.webhooks.database.UuidV7;
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
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.QueryTimeoutException;
import jakarta.transaction.Transactional;

/**
 * Reads the log: the requests to a workspace's webhooks and their responses. Lists for people come from the {@link Standby}, if there is
 * one.
 */
@ApplicationScoped
public class DeliveryLog {

    private final EntityManager entities;
    private final Standby standby;

    DeliveryLog(EntityManager entities, Standby standby) {
        this.entities = entities;
        this.standby = standby;
    }

    /** Maximum rows that one statement reads if no index supports the filter. */
    static final int SCANNED = 100_000;

    /** The same limit for the first statement, which usually finds a page and {@link ListPage#COUNTED_UP_TO}. */
    static final int SCANNED_FIRST = 12_000;

    /** The same limit if the statement reads the records of events. */
    static final int RECORDS_SCANNED = 25_000;

    /** The same limit if the statement reads bodies. */
    static final int BODIES_SCANNED = 5_000;

    /** A lag above this is shown. */
    private static final Duration NOTICED = Duration.ofSeconds(2);

    /**
     * A part of the log, newest first.
     *
     * @param entries the lines
     * @param next the position of the next part; null if this is the last
     */
    public record Entries(List<LogEntry> entries, @Nullable UUID next) {

        /** Drops entries beyond the limit. */
        static Entries of(List<LogEntry> found, @Nullable UUID end, int limit) {
            return found.size() > limit
                    ? new Entries(found.subList(0, limit), found.get(limit - 1).delivery().id)
                    : new Entries(found, end);
        }
    }

    /**
     * The number of matching lines.
     *
     * @param counted the number, up to {@link ListPage#COUNTED_UP_TO}
     * @param isLowerBound whether there are or may be more
     * @param countedBackTo the time before which deliveries have not been searched; null if all were searched
     */
    public record Total(
            long counted, boolean isLowerBound, @Nullable Instant countedBackTo) {

        static Total of(ListSearch.Piece<LogEntry> found) {
            boolean isMore = found.counted() > ListPage.COUNTED_UP_TO;
            @Nullable UUID end = found.end();
            return new Total(
                    Math.min(found.counted(), ListPage.COUNTED_UP_TO),
                    isMore || end != null,
                    isMore || end == null ? null : UuidV7.timeOf(end));
        }
    }

    /**
     * One delivery with all its details.
     *
     * @param entry the delivery
     * @param blockedBy the delivery that it waits for; null if it waits for none
     * @param mergedInto the last of the updates that this one was merged into; null if it was not merged
     * @param occurredAt the event's timestamp; null if the event is no longer kept
     * @param gone why the event can no longer be sent (it was erased, or its body removed); null if it can
     * @param context the event's metadata
     * @param previous the previous values of changed fields, as JSON; null if unknown
     * @param requestBody the request body as text; empty if the event is no longer kept
     * @param attempts newest first
     */
    public record Detail(
            LogEntry entry,
            @Nullable BlockingDelivery blockedBy,
            @Nullable String mergedInto,
            @Nullable Instant occurredAt,
            @Nullable String gone,
            EventContext context,
            @Nullable String previous,
            String requestBody,
            List<Attempt> attempts) {

        static Detail of(
                LogEntry entry,
                @Nullable BlockingDelivery blockedBy,
                @Nullable String mergedInto,
                @Nullable PublishedEvent event,
                List<Attempt> attempts) {
            return new Detail(
                    entry,
                    blockedBy,
                    mergedInto,
                    event == null ? null : event.occurredAt,
                    event == null ? null : event.goneReason(),
                    event == null ? EventContext.NONE : DeliveryLog.context(event, entry.delivery()),
                    event == null ? null : event.previous,
                    event == null ? "" : new String(event.body, StandardCharsets.UTF_8),
                    attempts);
        }

        /** The event's position in the order of publication; null if it is not about a record. */
        public @Nullable String sequence() {
            return context.record() == null ? null : Sequence.of(entry.delivery().eventKey);
        }
    }

    /**
     * Reads a part of a workspace's log. If no index supports the filter, it searches a limited number of lines; the
     * part can then be short or empty and still have a next part.
     *
     * @param before reads only lines below this one; null to start at the top
     * @param limit the maximum number of lines
     * @throws ApiException 503 if the database does not answer in time
     */
    @Transactional
    public Entries read(String workspaceId, LogFilter filter, @Nullable UUID before, int limit) {
        return inTime(() -> {
            var search = search(workspaceId, filter);
            return part(search, before == null ? search.top(entities) : search.floor(entities, before), before, limit);
        });
    }

    /** Reads a part of a workspace's log for people. */
    public Entries list(String workspaceId, LogFilter filter, @Nullable UUID before, int limit) {
        return standby.read(() -> read(workspaceId, filter, before, limit));
    }

    /**
     * Searches a limited number of lines, for people.
     *
     * @param before searches only lines below this one; null to start at the top
     * @param limit the maximum number of lines to return
     * @param most the maximum count
     * @throws ApiException 503 if the database does not answer in time
     */
    public ListSearch.Piece<LogEntry> piece(
            String workspaceId, LogFilter filter, @Nullable UUID before, int limit, int most) {
        return standby.read(() -> inTime(() -> {
            var search = search(workspaceId, filter);
            @Nullable UUID floor = before == null ? search.top(entities) : search.floor(entities, before);
            var within = search.whole().after(before).upTo(floor);
            return new ListSearch.Piece<>(
                    limit == 0
                            ? List.of()
                            : within.entries(entities).setMaxResults(limit).getResultList(),
                    most == 0 ? 0 : within.count(entities, most),
                    floor);
        }));
    }

    /** The matching lines of a workspace's log, piece by piece. */
    public ListSearch.Source<LogEntry> lines(String workspaceId, LogFilter filter) {
        return (before, limit, most) -> piece(workspaceId, filter, before, limit, most);
    }

    /** How old lists may be if that is noticeable; otherwise null. */
    @Nullable
    Duration age() {
        return standby.lag().filter(lag -> lag.compareTo(NOTICED) > 0).orElse(null);
    }

    private Entries part(Search search, @Nullable UUID floor, @Nullable UUID before, int limit) {
        var entries = search.whole()
                .after(before)
                .upTo(floor)
                .entries(entities)
                .setMaxResults(limit + 1)
                .getResultList();
        return Entries.of(entries, floor, limit);
    }

    /** Counts the matching lines, from the top. */
    public Total count(String workspaceId, LogFilter filter) {
        return Total.of(ListSearch.through(lines(workspaceId, filter), null, 0, ListPage.COUNTED_UP_TO + 1));
    }

    /**
     * The number of lines above this one.
     *
     * @return at most {@link ListPage#COUNTED_UP_TO}
     */
    public long countAfter(String workspaceId, LogFilter filter, UUID newest) {
        return standby.read(() -> inTime(() -> search(workspaceId, filter)
                .whole()
                .and("d.id > :newest", "newest", newest)
                .count(entities, ListPage.COUNTED_UP_TO)));
    }

    static <T> T inTime(Supplier<T> read) {
        try {
            return read.get();
        } catch (QueryTimeoutException e) {
            throw ListSearch.tooSlow();
        }
    }

    /**
     * How to search for a filter.
     *
     * @param whole the whole condition
     * @param indexed the part that an index supports
     * @param scanned how many rows that match {@code indexed} may be read; 0 for no limit
     */
    private record Search(LogCondition whole, LogCondition indexed, int scanned) {

        /** The last line to search for the first part; null if all may be searched. */
        @Nullable
        UUID top(EntityManager entities) {
            return floor(entities, null, Math.min(scanned, SCANNED_FIRST));
        }

        /** The last line to search below this one; null if all may be searched. */
        @Nullable
        UUID floor(EntityManager entities, @Nullable UUID before) {
            return floor(entities, before, scanned);
        }

        private @Nullable UUID floor(EntityManager entities, @Nullable UUID before, int most) {
            return most == 0
                    ? null
                    : indexed.after(before)
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
            return new Search(
                    all, indexed, filter.record() != null ? RECORDS_SCANNED : filter.isIndexed() ? 0 : SCANNED);
        }
        var id = DeliveryIds.parse(filter.text());
        if (id.isPresent()) {
            return new Search(all.and("d.id = :text", "text", id.get()), indexed, 0);
        }
        @Nullable
        EventIdMapping event =
                entities.find(EventIdMapping.class, new EventIdMapping.Identity(workspaceId, filter.text()));
        return event == null
                ? new Search(all.containing(filter.text()), indexed, BODIES_SCANNED)
                : new Search(ofEvent(all, event.key), indexed, 0);
    }

    private static LogCondition ofEvent(LogCondition all, UUID key) {
        var end = DeliveryIds.aboveThoseOf(UuidV7.timeOf(key));
        return all.and("d.id >= :key", "key", key)
                .and("d.id < :end", "end", end)
                .and("d.eventKey = :key");
    }

    /** One delivery of a webhook by its public ID. */
    @Transactional
    public Detail get(String workspaceId, String webhookId, String publicId) {
        return find(workspaceId, publicId)
                .filter(detail -> detail.entry().delivery().webhookId.equals(webhookId))
                .orElseThrow(ApiException::notFound);
    }

    private static EventContext context(PublishedEvent event, Delivery delivery) {
        var context = event.context();
        return delivery.changed == null
                ? context
                : EventContext.of(context.record(), delivery.changed, context.actor());
    }

    /** One delivery of a workspace by its public ID. */
    @Transactional
    public Optional<Detail> find(String workspaceId, String publicId) {
        // Read the work before the delivery: if it ends in between, the delivery is shown as finished.
        var id = DeliveryIds.parse(publicId);
        @Nullable Work work = id.map(found -> entities.find(Work.class, found)).orElse(null);
        return Delivery.inWorkspace(workspaceId, publicId).map(delivery -> {
            @Nullable PublishedEvent event = entities.find(PublishedEvent.class, delivery.eventKey);
            var webhook = entities.find(Webhook.class, delivery.webhookId);
            var entry = new LogEntry(
                    delivery,
                    work,
                    webhook.url,
                    webhook.description,
                    event == null ? null : event.context().record());
            return Detail.of(
                    entry,
                    BlockingDelivery.of(work, entities).orElse(null),
                    delivery.mergedId(),
                    event,
                    Attempt.of(delivery.id));
        });
    }

    /** These lines with all their details, for people. */
    public List<Detail> details(List<LogEntry> lines) {
        return standby.read(() -> detailsOf(lines));
    }

    private static List<Detail> detailsOf(List<LogEntry> lines) {
        var events = PublishedEvent.byKeys(
                lines.stream().map(line -> line.delivery().eventKey).collect(Collectors.toSet()));
        var attempts =
                Attempt.ofAll(lines.stream().map(line -> line.delivery().id).toList());
        return lines.stream()
                .map(line -> Detail.of(
                        line,
                        null,
                        null,
                        events.get(line.delivery().eventKey),
                        attempts.getOrDefault(line.delivery().id, List.of())))
                .toList();
    }
}
