package ai.nexadesk.webhooks.delivery.retry;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.delivery.DeliveryIds;
import ai.nexadesk.webhooks.delivery.queue.Statements;
import ai.nexadesk.webhooks.event.EventIds;
import ai.nexadesk.webhooks.event.order.RecordLine;
import ai.nexadesk.webhooks.outbound.EventContext;
import ai.nexadesk.webhooks.webhook.condition.EventFacts;
import ai.nexadesk.webhooks.webhook.condition.EventFilter;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import jakarta.inject.Singleton;
import jakarta.persistence.EnumeratedValue;
import jakarta.transaction.Transactional;

/**
 * Events of the past that can be sent to a webhook. They are looked for a piece of the log at a time, oldest first. Nothing else
 * decides which past events a webhook is subscribed to.
 */
@Singleton
public class PastEvents {

    /** How many events, of all workspaces, one statement looks at: some milliseconds of work. */
    private static final int PIECE = 5_000;

    /** Bodies in memory. */
    private static final int AT_ONCE = 50;

    /** Deliveries are made with their event; this is generous. */
    private static final Duration FAN_OUT = Duration.ofMinutes(1);

    private static final String PIECES_END = """
            select key from (select key from event where key > ? and key < ? order by key limit ?) piece
            order by key desc limit 1
            """;

    private static final String FIND = """
            select e.key, e.id, e.type, h.filter, w.filter,
                case when h.filter is not null or w.filter is not null then e.body end, e.record, e.changed, e.actor, e.previous
            from event e join webhook w on w.id = ?
            cross join lateral (%s) h
            where e.key > ? and e.key <= ? and e.workspace_id = ? and e.type <> 'ping' and not e.erased and not starts_with(e.id, ?)
                and (?::text[] is null or e.type = any (?))
                and (? or not exists (
                    select from delivery d
                    where d.workspace_id = e.workspace_id and d.webhook_id = w.id and d.id >= ? and d.id < ?
                        and d.event_key = e.key
                ))
            order by e.key limit ?
            """;

    private static final String SUBSCRIBED = "select null::text as filter where w.events && patterns_of(e.type)";

    /**
     * Also what was published in the seconds after a webhook became active: a publishing statement may have begun before, and
     * have seen it as it was. What it did deliver is not missing.
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

    private static final String DELIVER = """
            with wanted as (
                select * from unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[]) m (id, key, event_id, type)
            ), made as (
                insert into delivery (id, workspace_id, webhook_id, event_key, event_id, event_type, status, replay)
                select id, ?, ?, key, event_id, type, 'queued', ? from wanted
                returning id, workspace_id, webhook_id, event_key, replay
            )
            insert into work (delivery_id, workspace_id, webhook_id, event_key, replay, due_at, record, owner)
            select id, workspace_id, webhook_id, event_key, replay, ?, line.record, case when line.record is not null then waiting_owner() end
            from made left join lateral (
                select e.record from webhook w join event e on e.key = made.event_key where w.id = made.webhook_id and w.in_order
            ) line on true
            """;

    /** The beginning of the latest span of time in which it was not active. */
    private static final String STOPPED_AT = """
            select min(at) from webhook_history
            where webhook_id = ? and status <> 'active' and at > coalesce((
                select max(before.at) from webhook_history before
                where before.webhook_id = ? and before.status = 'active' and before.at < (
                    select max(stopped.at) from webhook_history stopped
                    where stopped.webhook_id = ? and stopped.status <> 'active')), '-infinity')
            """;

    private static final String RESUMED_AT =
            "select min(at) from webhook_history where webhook_id = ? and status = 'active' and at > ?";

    private final DataSource dataSource;
    private final DataSource engine;
    private final Statements statements;

    /** @param engine for the keys of all workspaces, which say nothing: only so has a piece an end */
    PastEvents(DataSource dataSource, @Engine DataSource engine) {
        this.dataSource = dataSource;
        this.engine = engine;
        this.statements = new Statements(dataSource);
    }

    /** Which of the past events. */
    public enum Choice {
        /** Those that matched the webhook's subscription while it was unverified or disabled, and of which it has no delivery. */
        MISSED("missed"),

        /** Those that match its subscription now, and of which it has no delivery. */
        MISSING("missing"),

        /** All that match its subscription now. */
        ALL("all");

        @EnumeratedValue
        final String word;

        Choice(String word) {
            this.word = word;
        }

        /** As programs see it. */
        public String word() {
            return word;
        }

        /** The one that is written so; empty if there is none. */
        static Optional<Choice> of(@Nullable String word) {
            return Arrays.stream(values())
                    .filter(choice -> choice.word.equals(word))
                    .findFirst();
        }
    }

    /**
     * What is looked for.
     *
     * @param webhookId to which it is sent
     * @param types only of these; empty for all that the webhook is subscribed to
     * @param replay the job that receivers are told about; null for none
     */
    record Wanted(
            String workspaceId,
            String webhookId,
            Choice choice,
            List<String> types,
            @Nullable UUID replay) {}

    /** An event that was found. */
    record Event(UUID key, String id, String type) {}

    /**
     * A piece of the search.
     *
     * @param events what was found in it, oldest first
     * @param end where the next piece begins; null if this was the last
     */
    record Piece(List<Event> events, @Nullable UUID end) {}

    /**
     * Looks through the next piece of the log.
     *
     * @param after where the piece before ended
     * @param until where the search ends
     * @param most how many events are wanted at most
     */
    @Transactional
    Piece next(Wanted wanted, UUID after, UUID until, int most) throws SQLException {
        var end = end(after, until);
        if (end == null) {
            return new Piece(List.of(), null);
        }
        try (var connection = dataSource.getConnection()) {
            return find(connection, wanted, after, end, most);
        }
    }

    private @Nullable UUID end(UUID after, UUID until) throws SQLException {
        try (var connection = engine.getConnection();
                var statement = connection.prepareStatement(PIECES_END)) {
            statement.setObject(1, after);
            statement.setObject(2, until);
            statement.setInt(3, PIECE);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getObject(1, UUID.class) : null;
            }
        }
    }

    private static Piece find(Connection connection, Wanted wanted, UUID after, UUID end, int most)
            throws SQLException {
        var find = FIND.formatted(wanted.choice == Choice.MISSED ? SUBSCRIBED_WHILE_INACTIVE : SUBSCRIBED);
        try (var statement = connection.prepareStatement(find)) {
            var types = wanted.types.isEmpty() ? null : connection.createArrayOf("text", wanted.types.toArray());
            statement.setString(1, wanted.webhookId);
            statement.setObject(2, after);
            statement.setObject(3, end);
            statement.setString(4, wanted.workspaceId);
            statement.setString(5, EventIds.TEST);
            statement.setArray(6, types);
            statement.setArray(7, types);
            statement.setBoolean(8, wanted.choice == Choice.ALL);
            statement.setObject(9, after);
            statement.setObject(10, DeliveryIds.lowest(DeliveryIds.madeAt(end).plus(FAN_OUT)));
            statement.setInt(11, most);
            statement.setFetchSize(AT_ONCE);
            int found = 0;
            var last = end;
            var events = new ArrayList<Event>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found++;
                    last = rows.getObject(1, UUID.class);
                    if (isLetThrough(rows)) {
                        events.add(new Event(last, rows.getString(2), rows.getString(3)));
                    }
                }
            }
            return new Piece(events, found < most ? end : last);
        }
    }

    /** By the filter that the webhook had when the event was published, and by the one that it has now. */
    private static boolean isLetThrough(ResultSet row) throws SQLException {
        var body = row.getBytes(6);
        if (body == null) {
            return true;
        }
        var facts = new EventFacts(
                row.getString(3),
                body,
                EventContext.of(row.getString(7), row.getString(8), row.getString(9)),
                row.getString(10));
        return EventFilter.parse(row.getString(4)).refusal(facts).isEmpty()
                && EventFilter.parse(row.getString(5)).refusal(facts).isEmpty();
    }

    /**
     * Makes deliveries of these events, in the present transaction.
     *
     * @return their ids
     */
    List<UUID> deliver(Wanted wanted, List<Event> events, Instant now) throws SQLException {
        var ids = events.stream().map(PastEvents::deliveryId).toList();
        statements.update(DELIVER, (connection, statement) -> {
            statement.setArray(1, Statements.ids(connection, ids));
            statement.setArray(
                    2,
                    Statements.ids(connection, events.stream().map(Event::key).toList()));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "text", events.stream().map(Event::id).toArray()));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "text", events.stream().map(Event::type).toArray()));
            statement.setString(5, wanted.workspaceId);
            statement.setString(6, wanted.webhookId);
            statement.setObject(7, wanted.replay);
            statement.setObject(8, Statements.at(now));
        });
        try (var connection = dataSource.getConnection()) {
            RecordLine.advance(connection, RecordLine.of(connection, wanted.workspaceId, ids));
        }
        return ids;
    }

    /**
     * An id as if the delivery had been made with its event: there its log, its partition and everybody who looks for the
     * event's deliveries expect it.
     */
    private static UUID deliveryId(Event event) {
        long millis = DeliveryIds.madeAt(event.key()).toEpochMilli() + 1;
        var random = ThreadLocalRandom.current();
        return new UUID(
                millis << 16 | 0x7000 | random.nextInt(1 << 12), 0x8000_0000_0000_0000L | random.nextLong() >>> 2);
    }

    /** When a webhook stopped getting events the last time; null if it never did. */
    @Transactional
    @Nullable
    Instant stoppedAt(String webhookId) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(STOPPED_AT)) {
            for (int parameter = 1; parameter <= 3; parameter++) {
                statement.setString(parameter, webhookId);
            }
            return timeOf(statement);
        }
    }

    /** When a webhook began to get events again after this moment; null if it did not yet. */
    @Transactional
    @Nullable
    Instant resumedAt(String webhookId, Instant stoppedAt) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(RESUMED_AT)) {
            statement.setString(1, webhookId);
            statement.setObject(2, Statements.at(stoppedAt));
            return timeOf(statement);
        }
    }

    private static @Nullable Instant timeOf(PreparedStatement query) throws SQLException {
        try (var rows = query.executeQuery()) {
            rows.next();
            var at = rows.getTimestamp(1);
            return at == null ? null : at.toInstant();
        }
    }
}
