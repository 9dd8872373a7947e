package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.database.UuidV7;
import ai.nexadesk.webhooks.delivery.queue.Backlog;
import io.quarkus.scheduler.Scheduled;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import jakarta.inject.Singleton;

/**
 * Removes payloads and responses older than the workspace's limit, by the database's clock. It continues where it
 * stopped, so it reads nothing twice. Each step and its progress are one transaction.
 */
@Singleton
class BodyRemover {

    private static final String NEXT = """
            select *, clock_timestamp() - make_interval(days => days) as cut from body_retention
            where next_at <= clock_timestamp() order by next_at limit 1 for update skip locked
            """;

    /** Reads events in the order of the events feed. */
    private static final String EVENTS = """
            select published, key from event
            where workspace_id = :workspace and (published, key) > (:published::xid8, :key) and published < pg_snapshot_xmin(pg_current_snapshot())
            order by published, key limit 100
            """;

    private static final String REMOVE_EVENTS = """
            update event set body = convert_to(format('{"erased":true,"kept_days":%s}', :days), 'UTF8'), previous = null, erased = true,
                kept_days = :days
            where key = any (:events) and not erased
            """;

    private static final String DELIVERIES = """
            select id, exists (select from work w where w.delivery_id = d.id) as is_unfinished from delivery d
            where workspace_id = :workspace and id > :after and id < :cut order by id limit 100
            """;

    private static final String REMOVE_ANSWERS = """
            update attempt set response_headers = '[]', response_body = convert_to(format('{"erased":true,"kept_days":%s}', :days), 'UTF8')
            where delivery_id = any (:deliveries) and response_body is not null
                and response_body <> convert_to('{"erased":true}', 'UTF8')
            """;

    private static final String ADVANCE = """
            update body_retention set published = :published::xid8, event_key = :key, delivery = :delivery,
                next_at = case when :end then clock_timestamp() + interval '1 minute' else clock_timestamp() end
            where workspace_id = :workspace
            """;

    private final Jdbi jdbi;
    private final Backlog backlog;

    BodyRemover(Jdbi jdbi, Backlog backlog) {
        this.jdbi = jdbi;
        this.backlog = backlog;
    }

    @Scheduled(identity = "old-bodies", every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void everyTwoSeconds() {
        TimeSlice.run(this::step, "Old bodies could not be removed and will be removed later");
    }

    /** Processes the workspace that is due next; returns false if none is due. */
    boolean step() throws SQLException {
        var piece = jdbi.withHandle(
                handle -> handle.createQuery(NEXT).map(Step::new).findFirst());
        if (piece.isPresent()) {
            piece.get().remove();
        }
        return piece.isPresent();
    }

    /** The work of one transaction. */
    private final class Step {

        private final String workspaceId;
        private final int days;
        private final UUID cut;
        private String published;
        private UUID eventKey;
        private UUID delivery;

        Step(RowView row) {
            workspaceId = row.getColumn("workspace_id", String.class);
            days = row.getColumn("days", Integer.class);
            cut = UuidV7.lowestAt(row.getColumn("cut", Instant.class));
            published = row.getColumn("published", String.class);
            eventKey = row.getColumn("event_key", UUID.class);
            delivery = row.getColumn("delivery", UUID.class);
        }

        void remove() throws SQLException {
            var events = events();
            if (!events.isEmpty()) {
                backlog.cancel(workspaceId, events);
                jdbi.useHandle(handle -> handle.createUpdate(REMOVE_EVENTS)
                        .bind("days", days)
                        .bindArray("events", UUID.class, events)
                        .execute());
                advance(false);
                return;
            }
            var deliveries = deliveries();
            if (!deliveries.isEmpty()) {
                jdbi.useHandle(handle -> handle.createUpdate(REMOVE_ANSWERS)
                        .bind("days", days)
                        .bindArray("deliveries", UUID.class, deliveries)
                        .execute());
            }
            advance(deliveries.isEmpty());
        }

        private List<UUID> events() {
            var found = new ArrayList<UUID>();
            jdbi
                    .withHandle(handle -> handle.createQuery(EVENTS)
                            .bind("workspace", workspaceId)
                            .bind("published", published)
                            .bind("key", eventKey)
                            .map(row -> Map.entry(
                                    row.getColumn("key", UUID.class), row.getColumn("published", String.class)))
                            .list())
                    .stream()
                    .takeWhile(event -> !isYounger(event.getKey()))
                    .forEach(event -> {
                        eventKey = event.getKey();
                        published = event.getValue();
                        found.add(eventKey);
                    });
            return found;
        }

        /** Compares keys unsigned; Java's own comparison is signed. */
        private boolean isYounger(UUID key) {
            return Long.compareUnsigned(key.getMostSignificantBits(), cut.getMostSignificantBits()) >= 0;
        }

        /** The next deliveries. Stops before one that is unfinished, because its next response is not stored yet. */
        private List<UUID> deliveries() {
            var found = jdbi.withHandle(handle -> handle
                    .createQuery(DELIVERIES)
                    .bind("workspace", workspaceId)
                    .bind("after", delivery)
                    .bind("cut", cut)
                    .map(row -> row.getColumn("is_unfinished", Boolean.class) ? null : row.getColumn("id", UUID.class))
                    .stream()
                    .takeWhile(Objects::nonNull)
                    .toList());
            if (!found.isEmpty()) {
                delivery = found.get(found.size() - 1);
            }
            return found;
        }

        private void advance(boolean isEnd) {
            jdbi.useHandle(handle -> handle.createUpdate(ADVANCE)
                    .bind("published", published)
                    .bind("key", eventKey)
                    .bind("delivery", delivery)
                    .bind("end", isEnd)
                    .bind("workspace", workspaceId)
                    .execute());
        }
    }
}
