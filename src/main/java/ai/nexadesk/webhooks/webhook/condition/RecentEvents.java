package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.outbound.EventContext;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Tries a filter on the newest events of a workspace. */
@Singleton
public class RecentEvents {

    private static final int MOST = 100;

    /**
     * Events have no index by workspace. So these are the workspace's among the newest of all, which is bounded work, and those that were
     * delivered.
     */
    private static final String NEWEST = """
            with recent as (
                select key from (select key, workspace_id from event order by key desc limit 20000) e where workspace_id = ?
                union
                select event_key from (
                    select event_key from delivery where workspace_id = ? order by id desc limit 2000
                ) d
            )
            select e.id, e.type, e.occurred_at, e.body, e.record, e.changed, e.actor, e.previous from recent r join event e on e.key = r.key
            where e.workspace_id = ? and e.type <> 'ping' and not starts_with(e.id, 'evt_test_') and patterns_of(e.type) && ?::text[]
            order by e.key desc limit ?
            """;

    private final DataSource dataSource;

    RecentEvents(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * What a filter says about an event.
     *
     * @param id of the event
     * @param event its type
     * @param timestamp when it happened
     * @param matches whether the webhook would get it
     * @param reason what keeps it back; null if nothing does
     */
    public record Tried(
            String id,
            String event,
            Instant timestamp,
            boolean matches,
            @Nullable String reason) {}

    /**
     * What a filter says about the newest events.
     *
     * @param tried how many events there were, at most a hundred
     * @param matching how many of them the webhook would get
     * @param events the events, newest first
     */
    public record Trial(int tried, long matching, List<Tried> events) {}

    /**
     * Tries a filter.
     *
     * @param subscribed to which events
     */
    public Trial attempt(String workspaceId, List<String> subscribed, EventFilter filter) {
        var events = new ArrayList<Tried>();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(NEWEST)) {
            statement.setString(1, workspaceId);
            statement.setString(2, workspaceId);
            statement.setString(3, workspaceId);
            statement.setArray(4, connection.createArrayOf("text", subscribed.toArray()));
            statement.setInt(5, MOST);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var facts = new EventFacts(
                            rows.getString(2),
                            rows.getBytes(4),
                            EventContext.of(rows.getString(5), rows.getString(6), rows.getString(7)),
                            rows.getString(8));
                    var reason = filter.refusal(facts).orElse(null);
                    events.add(new Tried(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getTimestamp(3).toInstant(),
                            reason == null,
                            reason));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Recent events cannot be read now", e);
        }
        return new Trial(events.size(), events.stream().filter(Tried::matches).count(), events);
    }
}
