package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.database.Sql;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import io.quarkus.scheduler.Scheduled;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
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

    /** Search texts of bulk retries. */
    private static final String ERASE_SEARCHES = """
            update job set text = null, record = null, note = coalesce(note, 'What it searched for was erased.'),
                status = case when status = 'running' then 'cancelled' else status end, finished_at = coalesce(finished_at, now())
            where workspace_id = :workspace and exists (select from unnest(:emails) s where position(lower(s) in lower(concat_ws(' ', text, record))) > 0)
            """;

    private static final String GO_ON = """
            update erasure set published = :published::xid8, event_key = :key, delivery = :delivery, events = events + :events,
                answers = answers + :answers, cancelled = cancelled + :cancelled
            where id = :id
            """;

    private static final String END = """
            update erasure set status = 'done', records = '{}', emails = '{}', finished_at = :now where id = :id returning *
            """;

    private final Sql sql;
    private final Backlog backlog;
    private final InstantSource clock;

    ErasureRunner(DataSource dataSource, Backlog backlog, InstantSource clock) {
        this.sql = Sql.on(dataSource);
        this.backlog = backlog;
        this.clock = clock;
    }

    @Scheduled(identity = "erasures", every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everySecond() {
        TimeSlice.run(this::step, "Erasures could not be carried out and will be retried");
    }

    /** Runs one step of any erasure, so that none waits for another; false if there is nothing to do now. */
    boolean step() throws SQLException {
        var found = sql.query(NEXT).first(Running::new);
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

        Running(ResultSet row) throws SQLException {
            id = row.getObject("id", UUID.class);
            workspaceId = row.getString("workspace_id");
            emails = List.of((String[]) row.getArray("emails").getArray());
            matcher =
                    new PersonMatcher(List.of((String[]) row.getArray("records").getArray()), emails);
            begun = row.getString("begun");
            published = row.getString("published");
            eventKey = row.getObject("event_key", UUID.class);
            delivery = row.getObject("delivery", UUID.class);
        }
    }

    private boolean events(Running erasure) throws SQLException {
        var found = new ArrayList<UUID>();
        var seen = sql.query(EVENTS)
                .set("workspace", erasure.workspaceId)
                .set("published", erasure.published)
                .set("key", erasure.eventKey)
                .list(row -> {
                    var key = row.getObject("key", UUID.class);
                    if (erasure.matcher.isEvent(
                            row.getString("record"),
                            row.getBytes("body"),
                            row.getString("changed"),
                            row.getString("previous"),
                            row.getString("actor"))) {
                        found.add(key);
                    }
                    return Map.entry(key, row.getString("published"));
                });
        int erased = 0;
        int cancelled = 0;
        if (!found.isEmpty()) {
            cancelled = backlog.cancel(erasure.workspaceId, found);
            erased = sql.query(ERASE_EVENTS).set("events", "uuid", found).update();
        }
        boolean isSettled = seen.isEmpty() && isSettled(erasure);
        if (!seen.isEmpty()) {
            erasure.eventKey = seen.get(seen.size() - 1).getKey();
            erasure.published = seen.get(seen.size() - 1).getValue();
        }
        erasure.delivery = isSettled ? new UUID(0, 0) : null;
        goOn(erasure, erased, 0, cancelled);
        return !seen.isEmpty() || isSettled;
    }

    private boolean isSettled(Running erasure) {
        return sql.query(SETTLED)
                .set("begun", erasure.begun)
                .set("workspace", erasure.workspaceId)
                .first(row -> row.getBoolean(1))
                .orElse(false);
    }

    private boolean attempts(Running erasure) {
        var deliveries = new ArrayList<UUID>();
        var numbers = new ArrayList<Integer>();
        var urls = new ArrayList<Boolean>();
        var messages = new ArrayList<Boolean>();
        var seen = sql.query(ATTEMPTS)
                .set("workspace", erasure.workspaceId)
                .set("after", erasure.delivery)
                .list(row -> {
                    var delivery = row.getObject("id", UUID.class);
                    if (row.getObject("number") != null && isToErase(row, erasure.matcher)) {
                        deliveries.add(delivery);
                        numbers.add(row.getInt("number"));
                        urls.add(erasure.matcher.isIn(row.getString("url")));
                        messages.add(erasure.matcher.isIn(row.getString("error_message")));
                    }
                    return delivery;
                });
        if (!deliveries.isEmpty()) {
            sql.query(ERASE_ATTEMPTS)
                    .set("deliveries", "uuid", deliveries)
                    .set("numbers", "int2", numbers)
                    .set("urls", "bool", urls)
                    .set("messages", "bool", messages)
                    .update();
        }
        if (!seen.isEmpty()) {
            erasure.delivery = seen.get(seen.size() - 1);
        }
        goOn(erasure, 0, deliveries.size(), 0);
        if (seen.isEmpty()) {
            end(erasure);
        }
        return true;
    }

    private static boolean isToErase(ResultSet row, PersonMatcher matcher) throws SQLException {
        return row.getBoolean("erased")
                || matcher.isIn(row.getString("url"))
                || matcher.isIn(row.getString("error_message"))
                || matcher.isIn(row.getString("request_headers"))
                || matcher.isIn(row.getString("response_headers"))
                || matcher.isIn(row.getBytes("response_body"));
    }

    private void goOn(Running erasure, int events, int answers, int cancelled) {
        sql.query(GO_ON)
                .set("published", erasure.published)
                .set("key", erasure.eventKey)
                .set("delivery", erasure.delivery)
                .set("events", events)
                .set("answers", answers)
                .set("cancelled", cancelled)
                .set("id", erasure.id)
                .update();
    }

    private void end(Running erasure) {
        var workspaceId = erasure.workspaceId;
        sql.query(ERASE_SEARCHES)
                .set("workspace", workspaceId)
                .set("emails", "text", erasure.emails)
                .update();
        var now = clock.instant();
        var done = sql.query(END)
                .set("now", now)
                .set("id", erasure.id)
                .first(Erasure::of)
                .orElseThrow();
        AuditEntry.byUs(workspaceId, now, "erasure.done", done.id(), done.summary(), List.of())
                .persist();
    }
}
