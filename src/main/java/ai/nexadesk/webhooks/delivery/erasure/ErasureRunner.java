package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import io.quarkus.scheduler.Scheduled;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import jakarta.inject.Singleton;

/**
 * Runs erasures: goes through a workspace's events in the order of the events feed, then through the requests and responses of its
 * deliveries. Each step and its progress are one transaction, so a crash costs only one step.
 */
@Singleton
class ErasureRunner {

    private static final String NEXT = """
            select * from erasure where status = 'running' order by random() limit 1 for update skip locked
            """;

    private static final String EVENTS = """
            select published, key, record, changed, previous, actor, body from event
            where workspace_id = :workspace and (published, key) > (:published::xid8, :key) and published < pg_snapshot_xmin(pg_current_snapshot())
            order by published, key limit 100
            """;

    private static final String ERASE_EVENTS = """
            update event set body = convert_to('{"erased":true}', 'UTF8'), record = null, changed = null, previous = null, actor = null,
                erased = true, kept_days = null
            where key = any (:events) and (not erased or kept_days is not null)
            """;

    /** All events published before the request are visible, and no attempt is in progress whose response is not stored yet. */
    private static final String SETTLED = """
            select :begun::xid8 < pg_snapshot_xmin(pg_current_snapshot()) and not exists (
                select from work w join event e on e.key = w.event_key where w.workspace_id = :workspace and e.erased)
            """;

    private static final String ATTEMPTS = """
            select d.id, a.number, coalesce(e.erased and e.kept_days is null, false) as erased, a.url, a.error_message, a.request_headers, a.response_headers,
                a.response_body
            from (
                select id, event_key from delivery where workspace_id = :workspace and id > :after order by id limit 50
            ) d left join attempt a on a.delivery_id = d.id left join event e on e.key = d.event_key
            order by d.id
            """;

    private static final String ERASE_ATTEMPTS = """
            update attempt a set request_headers = '[]',
                error_message = case when u.hasmessage then null else error_message end,
                url = case when u.hasurl then '' else url end,
                response_headers = case when response_headers is null then null else '[]' end,
                response_body = case when response_body is null then null else convert_to('{"erased":true}', 'UTF8') end
            from unnest(:deliveries, :numbers, :urls, :messages) u (delivery_id, number, hasurl, hasmessage)
            where a.delivery_id = u.delivery_id and a.number = u.number
            """;

    /** Erases the search texts of bulk retries. */
    private static final String ERASE_SEARCHES = """
            update job set text = null, record = null, note = coalesce(note, 'What it searched for was erased.'),
                status = case when status = 'running' then 'cancelled' else status end, finished_at = coalesce(finished_at, now())
            where workspace_id = :workspace and exists (select from unnest(:emails) s where position(lower(s) in lower(concat_ws(' ', text, record))) > 0)
            """;

    private static final String ADVANCE = """
            update erasure set published = :published::xid8, event_key = :key, delivery = :delivery, events = events + :events,
                answers = answers + :answers, cancelled = cancelled + :cancelled
            where id = :id
            """;

    private static final String END = """
            update erasure set status = 'done', records = '{}', emails = '{}', finished_at = :now where id = :id returning *
            """;

    private final Jdbi jdbi;
    private final Backlog backlog;
    private final InstantSource clock;

    ErasureRunner(Jdbi jdbi, Backlog backlog, InstantSource clock) {
        this.jdbi = jdbi;
        this.backlog = backlog;
        this.clock = clock;
    }

    @Scheduled(identity = "erasures", every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everySecond() {
        TimeSlice.run(this::step, "Erasures could not be carried out and will be retried");
    }

    /** Runs one step of some erasure, so that none waits for another; returns false if there is nothing to do now. */
    boolean step() throws SQLException {
        var found = jdbi.withHandle(
                handle -> handle.createQuery(NEXT).map(Running::new).findFirst());
        if (found.isEmpty()) {
            return false;
        }
        var running = found.get();
        return running.delivery == null ? events(running) : attempts(running);
    }

    /** The state of an erasure. */
    private static final class Running {

        private final UUID id;
        private final String workspaceId;
        private final List<String> emails;
        private final PersonMatcher matcher;
        private final String begun;
        private String published;
        private UUID eventKey;
        private @Nullable UUID delivery;

        Running(RowView row) {
            id = row.getColumn("id", UUID.class);
            workspaceId = row.getColumn("workspace_id", String.class);
            emails = List.of(row.getColumn("emails", String[].class));
            matcher = new PersonMatcher(List.of(row.getColumn("records", String[].class)), emails);
            begun = row.getColumn("begun", String.class);
            published = row.getColumn("published", String.class);
            eventKey = row.getColumn("event_key", UUID.class);
            delivery = row.getColumn("delivery", UUID.class);
        }
    }

    private boolean events(Running erasure) throws SQLException {
        var found = new ArrayList<UUID>();
        var seen = jdbi.withHandle(handle -> handle.createQuery(EVENTS)
                .bind("workspace", erasure.workspaceId)
                .bind("published", erasure.published)
                .bind("key", erasure.eventKey)
                .map(row -> {
                    var key = row.getColumn("key", UUID.class);
                    if (erasure.matcher.isEvent(
                            row.getColumn("record", String.class),
                            row.getColumn("body", byte[].class),
                            row.getColumn("changed", String.class),
                            row.getColumn("previous", String.class),
                            row.getColumn("actor", String.class))) {
                        found.add(key);
                    }
                    return Map.entry(key, row.getColumn("published", String.class));
                })
                .list());
        int erased = 0;
        int cancelled = 0;
        if (!found.isEmpty()) {
            cancelled = backlog.cancel(erasure.workspaceId, found);
            erased = jdbi.withHandle(handle -> handle.createUpdate(ERASE_EVENTS)
                    .bindArray("events", UUID.class, found)
                    .execute());
        }
        boolean isSettled = seen.isEmpty() && isSettled(erasure);
        if (!seen.isEmpty()) {
            erasure.eventKey = seen.get(seen.size() - 1).getKey();
            erasure.published = seen.get(seen.size() - 1).getValue();
        }
        erasure.delivery = isSettled ? new UUID(0, 0) : null;
        advance(erasure, erased, 0, cancelled);
        return !seen.isEmpty() || isSettled;
    }

    private boolean isSettled(Running erasure) {
        return jdbi.withHandle(handle -> handle.createQuery(SETTLED)
                .bind("begun", erasure.begun)
                .bind("workspace", erasure.workspaceId)
                .mapTo(Boolean.class)
                .one());
    }

    private boolean attempts(Running erasure) {
        var deliveries = new ArrayList<UUID>();
        var numbers = new ArrayList<Integer>();
        var urls = new ArrayList<Boolean>();
        var messages = new ArrayList<Boolean>();
        var seen = jdbi.withHandle(handle -> handle.createQuery(ATTEMPTS)
                .bind("workspace", erasure.workspaceId)
                .bind("after", erasure.delivery)
                .map(row -> {
                    var delivery = row.getColumn("id", UUID.class);
                    var number = row.getColumn("number", Integer.class);
                    if (number != null && isToErase(row, erasure.matcher)) {
                        deliveries.add(delivery);
                        numbers.add(number);
                        urls.add(erasure.matcher.isIn(row.getColumn("url", String.class)));
                        messages.add(erasure.matcher.isIn(row.getColumn("error_message", String.class)));
                    }
                    return delivery;
                })
                .list());
        if (!deliveries.isEmpty()) {
            jdbi.useHandle(handle -> handle.createUpdate(ERASE_ATTEMPTS)
                    .bindArray("deliveries", UUID.class, deliveries)
                    .bindArray("numbers", Integer.class, numbers)
                    .bindArray("urls", Boolean.class, urls)
                    .bindArray("messages", Boolean.class, messages)
                    .execute());
        }
        if (!seen.isEmpty()) {
            erasure.delivery = seen.get(seen.size() - 1);
        }
        advance(erasure, 0, deliveries.size(), 0);
        if (seen.isEmpty()) {
            end(erasure);
        }
        return true;
    }

    private static boolean isToErase(RowView row, PersonMatcher matcher) {
        return row.getColumn("erased", Boolean.class)
                || Stream.of("url", "error_message", "request_headers", "response_headers")
                        .anyMatch(column -> matcher.isIn(row.getColumn(column, String.class)))
                || matcher.isIn(row.getColumn("response_body", byte[].class));
    }

    private void advance(Running erasure, int events, int answers, int cancelled) {
        jdbi.useHandle(handle -> handle.createUpdate(ADVANCE)
                .bind("published", erasure.published)
                .bind("key", erasure.eventKey)
                .bind("delivery", erasure.delivery)
                .bind("events", events)
                .bind("answers", answers)
                .bind("cancelled", cancelled)
                .bind("id", erasure.id)
                .execute());
    }

    private void end(Running erasure) {
        var workspaceId = erasure.workspaceId;
        jdbi.useHandle(handle -> handle.createUpdate(ERASE_SEARCHES)
                .bind("workspace", workspaceId)
                .bindArray("emails", String.class, erasure.emails)
                .execute());
        var now = clock.instant();
        var done = jdbi.withHandle(handle -> handle.createQuery(END)
                .bind("now", now)
                .bind("id", erasure.id)
                .map(Erasure::of)
                .one());
        AuditEntry.byUs(workspaceId, now, "erasure.done", done.id(), done.summary(), List.of())
                .persist();
    }
}
