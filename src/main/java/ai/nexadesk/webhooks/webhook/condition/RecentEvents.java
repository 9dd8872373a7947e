package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.database.Engine;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import jakarta.inject.Singleton;

/** Tries a filter on the newest events of a workspace. */
@Singleton
public class RecentEvents {

    private static final int MAX_EVENTS = 100;

    /**
     * Events have no index by workspace. Therefore, this reads the workspace's events among a limited number of the
     * newest ones of all workspaces, and those that were delivered.
     */
    private static final String NEWEST = """
            with recent as (
                select key from (select key, workspace_id from event order by key desc limit 20000) e where workspace_id = :workspace
                union
                select event_key from (
                    select event_key from delivery where workspace_id = :workspace order by id desc limit 2000
                ) d
            )
            select e.id, e.type, e.occurred_at, e.body, e.record, e.changed, e.actor, e.previous from recent r join event e on e.key = r.key
            where e.workspace_id = :workspace and e.type <> 'ping' and not starts_with(e.id, 'evt_test_') and patterns_of(e.type) && :subscribed
            order by e.key desc limit %d
            """.formatted(MAX_EVENTS);

    private final Jdbi jdbi;

    RecentEvents(@Engine Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * The result of a filter for an event.
     *
     * @param id the event's ID
     * @param event the event's type
     * @param timestamp when it happened
     * @param matches whether the webhook would receive it
     * @param reason the condition that rejects it; null if it matches
     */
    public record TriedEvent(
            String id,
            String event,
            Instant timestamp,
            boolean matches,
            @Nullable String reason) {}

    /**
     * The results of a filter for the newest events.
     *
     * @param tried how many events there were, at most a hundred
     * @param matching how many of them the webhook would receive
     * @param events the events, newest first
     */
    public record FilterTrial(int tried, long matching, List<TriedEvent> events) {}

    /**
     * Tries a filter.
     *
     * @param subscribed the subscription, which limits the events
     */
    public FilterTrial tryFilter(String workspaceId, List<String> subscribed, EventFilter filter) {
        var events = jdbi.withHandle(handle -> handle.createQuery(NEWEST)
                .bind("workspace", workspaceId)
                .bindArray("subscribed", String.class, subscribed)
                .map(row -> tryFilter(row, filter))
                .list());
        return new FilterTrial(
                events.size(), events.stream().filter(TriedEvent::matches).count(), events);
    }

    private static TriedEvent tryFilter(RowView row, EventFilter filter) {
        var facts = EventFacts.of(row);
        var reason = filter.refusal(facts).orElse(null);
        return new TriedEvent(
                row.getColumn("id", String.class),
                row.getColumn("type", String.class),
                row.getColumn("occurred_at", Instant.class),
                reason == null,
                reason);
    }
}
