package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.order.RecordQueue;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import jakarta.inject.Singleton;
import jakarta.persistence.EnumeratedValue;
import jakarta.transaction.Transactional;

/**
 * Past events that can be sent to a webhook. They are searched piece by piece, oldest first. Only this class decides which past events
 * match a webhook.
 */
@Singleton
public class PastEvents {

    /** Maximum events, of all workspaces, that one statement reads; this takes a few milliseconds. */
    private static final int PIECE = 5_000;

    /** Maximum bodies in memory at once. */
    private static final int AT_ONCE = 50;

    private static final String END_OF_PIECE = """
            select key from (select key from event where key > :after and key < :until order by key limit :most) piece
            order by key desc limit 1
            """;

    private static final String FIND = """
            select e.key, e.id, e.type, h.filter as filter_then, w.filter as filter_now,
                case when h.filter is not null or w.filter is not null then e.body end as body, e.record, e.changed, e.actor, e.previous
            from event e join webhook w on w.id = :webhook
            cross join lateral (%s) h
            where e.key > :after and e.key <= :end and e.workspace_id = :workspace and e.type <> 'ping' and not e.erased and not starts_with(e.id, :test)
                and (cardinality(:types) = 0 or e.type = any (:types))
                and (:all or not exists (
                    select from delivery d
                    where d.workspace_id = e.workspace_id and d.webhook_id = w.id and d.id >= :after and d.id < :last
                        and d.event_key = e.key
                ))
            order by e.key limit :most
            """;

    private static final String SUBSCRIBED = "select null::text as filter where w.events && patterns_of(e.type)";

    /**
     * Includes events published in the seconds after a webhook became active, because their publishing statement may have started
     * earlier and seen it as inactive. Events that were delivered are not missing.
     */
    private static final String SUBSCRIBED_WHILE_INACTIVE = """
            select h.filter from unnest(array[0, 5]) seconds
            cross join lateral (
                select h.status, h.events, h.filter from webhook_history h
                where h.webhook_id = w.id and h.at <= uuid_extract_timestamp(e.key) - make_interval(secs => seconds)
                order by h.at desc, h.id desc limit 1
            ) h
            where h.status <> 'active' and h.events && patterns_of(e.type)
            order by seconds limit 1
            """;

    /**
     * A delivery has the time of its event. If that hour was already counted, {@code delivery_change} corrects the
     * counts.
     */
    private static final String DELIVER = """
            with wanted as (
                select * from unnest(:ids, :keys, :event_ids, :types) m (id, key, event_id, type)
            ), made as (
                insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status, replay)
                select id, :workspace, :webhook, key, event_id, type, 'queued', :replay from wanted
                returning id, workspace_id, webhook_id, event_key, event_type, replay
            ), noted as (
                insert into delivery_change
                select id, webhook_id, 'queued', duration_bucket_of(null, null), 1, 0 from made
                where event_type <> 'ping'
            )
            insert into work (delivery_id, workspace_id, webhook_id, event_key, replay, due_at, record, owner)
            select id, workspace_id, webhook_id, event_key, replay, :now, line.record, case when line.record is not null then waiting_owner() end
            from made left join lateral (
                select e.record from webhook w join event e on e.key = made.event_key where w.id = made.webhook_id and w.in_order
            ) line on true
            """;

    /** When the last inactive period began. */
    private static final String STOPPED_AT = """
            select min(at) as at from webhook_history
            where webhook_id = :webhook and status <> 'active' and at > coalesce((
                select max(before.at) from webhook_history before
                where before.webhook_id = :webhook and before.status = 'active' and before.at < (
                    select max(stopped.at) from webhook_history stopped
                    where stopped.webhook_id = :webhook and stopped.status <> 'active')), '-infinity')
            """;

    private static final String RESUMED_AT =
            "select min(at) as at from webhook_history where webhook_id = :webhook and status = 'active' and at > :after";

    private final Jdbi jdbi;
    private final Jdbi engine;

    /**
     * Creates the search.
     *
     * @param engine reads the keys of all workspaces, which limit a piece
     */
    PastEvents(Jdbi jdbi, @Engine Jdbi engine) {
        this.jdbi = jdbi;
        this.engine = engine;
    }

    /** Which past events to send. */
    public enum Choice {
        /**
         * Events that matched the webhook's subscription while it was unverified or disabled, and that it has no
         * delivery of.
         */
        MISSED("missed"),

        /** Events that match its subscription now, and that it has no delivery of. */
        MISSING("missing"),

        /** All events that match its subscription now. */
        ALL("all");

        @EnumeratedValue
        final String value;

        Choice(String value) {
            this.value = value;
        }

        /** Its name in the REST API. */
        public String value() {
            return value;
        }

        /** The choice with this name; empty if there is none. */
        static Optional<Choice> of(@Nullable String value) {
            return Arrays.stream(values())
                    .filter(choice -> choice.value.equals(value))
                    .findFirst();
        }
    }

    /**
     * The events to find.
     *
     * @param webhookId the webhook to send to
     * @param types only these types; empty for all that the webhook is subscribed to
     * @param replay the job to name to receivers; null for none
     */
    record Wanted(
            String workspaceId,
            String webhookId,
            Choice choice,
            List<String> types,
            @Nullable UUID replay) {}

    /** An event that was found. */
    record PastEvent(UUID key, String id, String type) {}

    /**
     * A piece of the search.
     *
     * @param events the events found, oldest first
     * @param end where the next piece begins; null if this was the last
     */
    record Found(List<PastEvent> events, @Nullable UUID end) {}

    /**
     * Searches the next piece of the log.
     *
     * @param after the end of the previous piece
     * @param until the end of the search
     * @param most the maximum number of events
     */
    @Transactional
    Found next(Wanted wanted, UUID after, UUID until, int most) {
        return engine.withHandle(handle -> handle.createQuery(END_OF_PIECE)
                        .bind("after", after)
                        .bind("until", until)
                        .bind("most", PIECE)
                        .mapTo(UUID.class)
                        .findFirst())
                .map(end -> find(wanted, after, end, most))
                .orElse(new Found(List.of(), null));
    }

    private Found find(Wanted wanted, UUID after, UUID end, int most) {
        var events = new ArrayList<PastEvent>();
        var find = FIND.formatted(wanted.choice == Choice.MISSED ? SUBSCRIBED_WHILE_INACTIVE : SUBSCRIBED);
        var keys = jdbi.withHandle(handle -> handle.createQuery(find)
                .bind("webhook", wanted.webhookId)
                .bind("after", after)
                .bind("end", end)
                .bind("workspace", wanted.workspaceId)
                .bind("test", EventIds.TEST)
                .bindArray("types", String.class, wanted.types)
                .bind("all", wanted.choice == Choice.ALL)
                .bind("last", DeliveryIds.aboveThoseOf(UuidV7.timeOf(end)))
                .bind("most", most)
                .setFetchSize(AT_ONCE)
                .map(row -> {
                    var key = row.getColumn("key", UUID.class);
                    if (isLetThrough(row)) {
                        events.add(new PastEvent(
                                key, row.getColumn("id", String.class), row.getColumn("type", String.class)));
                    }
                    return key;
                })
                .list());
        return new Found(events, keys.size() < most ? end : keys.get(keys.size() - 1));
    }

    /** Whether the filter of the webhook at the time of publication, and its current one, both match. */
    private static boolean isLetThrough(RowView row) {
        if (row.getColumn("body", byte[].class) == null) {
            return true;
        }
        var facts = EventFacts.of(row);
        return Stream.of("filter_then", "filter_now")
                .map(column -> EventFilter.parse(row.getColumn(column, String.class)))
                .allMatch(filter -> filter.refusal(facts).isEmpty());
    }

    /**
     * Creates deliveries of these events, in the current transaction.
     *
     * @return the IDs of the deliveries
     */
    List<UUID> deliver(Wanted wanted, List<PastEvent> events, Instant now) throws SQLException {
        var ids = events.stream().map(PastEvents::deliveryId).toList();
        jdbi.useHandle(handle -> {
            handle.createUpdate(DELIVER)
                    .bindArray("ids", UUID.class, ids)
                    .bindArray(
                            "keys",
                            UUID.class,
                            events.stream().map(PastEvent::key).toList())
                    .bindArray(
                            "event_ids",
                            String.class,
                            events.stream().map(PastEvent::id).toList())
                    .bindArray(
                            "types",
                            String.class,
                            events.stream().map(PastEvent::type).toList())
                    .bind("workspace", wanted.workspaceId)
                    .bind("webhook", wanted.webhookId)
                    .bind("replay", wanted.replay)
                    .bind("now", now)
                    .execute();
            var connection = handle.getConnection();
            RecordQueue.advance(connection, RecordQueue.of(connection, wanted.workspaceId, ids));
        });
        return ids;
    }

    /**
     * Creates an ID as if the delivery had been created with its event, which determines its place in the log and its partition.
     */
    private static UUID deliveryId(PastEvent event) {
        return UuidV7.at(UuidV7.timeOf(event.key()).plusMillis(1));
    }

    /** When a webhook last stopped receiving events; empty if it never did. */
    @Transactional
    Optional<Instant> stoppedAt(String webhookId) {
        return jdbi.withHandle(handle -> handle.createQuery(STOPPED_AT)
                .bind("webhook", webhookId)
                .mapTo(Instant.class)
                .findFirst());
    }

    /** When a webhook started receiving events again after this time; empty if it has not yet. */
    @Transactional
    Optional<Instant> resumedAt(String webhookId, Instant stoppedAt) {
        return jdbi.withHandle(handle -> handle.createQuery(RESUMED_AT)
                .bind("webhook", webhookId)
                .bind("after", stoppedAt)
                .mapTo(Instant.class)
                .findFirst());
    }
}
