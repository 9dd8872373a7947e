package ai.nexadesk.webhooks.webhook.condition;

import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.scheduler.Scheduled;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/**
 * This replica's cache of webhook filters and order settings. It is not kept up to date. Instead, publishing passes the
 * versions it has used, and the statement that stores events fails with {@link #STALE} if a webhook has another
 * version. Therefore, a saved change applies to every later event on every replica, and webhooks without filters cost
 * nothing. That statement does not see webhooks that are no longer active; they are removed from the cache within a
 * minute.
 */
@Singleton
public class KnownFilters {

    private static final Logger LOG = Logger.getLogger(KnownFilters.class);

    /** Raised by {@code stale_filter()}. */
    private static final String STALE = "NXF01";

    /** Above this number, the cache is cleared. */
    private static final int MAX_WORKSPACES = 10_000;

    private static final String READ = """
            select workspace_id, id, filter_version, filter, in_order, coalesce_seconds is not null from webhook
            where workspace_id = any (?) and (filter is not null or in_order) and status = 'active' and deleted_at is null
            """;

    private final DataSource dataSource;
    private final Map<String, List<Known>> byWorkspace = new ConcurrentHashMap<>();

    KnownFilters(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * A webhook's filter and its version, and whether the webhook wants the events of a record in order, or updates
     * merged.
     */
    private record Known(String webhookId, int version, EventFilter filter, boolean ordered, boolean merging) {}

    /** An event to evaluate, with its workspace. */
    public record FilterInput(String workspaceId, EventFacts event) {}

    /**
     * The result of the filters.
     *
     * @param evaluated the webhooks whose filters were evaluated; null if there are none
     * @param versions the versions of their filters, in the same order
     * @param refused for each event, the webhooks that do not receive it, separated by commas, or null
     * @param ordered the webhooks that want the events of a record in order, by workspace
     * @param merging the webhooks among these that want updates merged
     */
    public record FilterResults(
            @Nullable List<String> evaluated,
            @Nullable List<String> versions,
            List<@Nullable String> refused,
            Map<String, List<String>> ordered,
            List<String> merging) {

        /** The ordered webhooks of all workspaces. */
        public List<String> allOrdered() {
            return ordered.values().stream().flatMap(List::stream).toList();
        }
    }

    /** Evaluates the known filters of these events' workspaces. */
    public FilterResults evaluate(List<FilterInput> events) {
        var known = new HashMap<String, List<Known>>();
        events.forEach(judged -> known.computeIfAbsent(judged.workspaceId, byWorkspace::get));
        var evaluated = known.values().stream().flatMap(List::stream).toList();
        if (evaluated.isEmpty()) {
            return new FilterResults(null, null, List.of(), Map.of(), List.of());
        }
        var refused = new ArrayList<@Nullable String>();
        for (var judged : events) {
            var webhooks = known.getOrDefault(judged.workspaceId, List.of()).stream()
                    .filter(one -> one.filter.refusal(judged.event).isPresent())
                    .map(Known::webhookId)
                    .toList();
            refused.add(webhooks.isEmpty() ? null : String.join(",", webhooks));
        }
        var ordered = new HashMap<String, List<String>>();
        known.forEach((workspace, webhooks) -> {
            var wanting = ids(webhooks, Known::ordered);
            if (!wanting.isEmpty()) {
                ordered.put(workspace, wanting);
            }
        });
        return new FilterResults(
                ids(evaluated, one -> true),
                evaluated.stream().map(one -> one.webhookId + ':' + one.version).toList(),
                refused,
                ordered,
                ids(evaluated, Known::merging));
    }

    private static List<String> ids(List<Known> webhooks, Predicate<Known> wanted) {
        return webhooks.stream().filter(wanted).map(Known::webhookId).toList();
    }

    @Scheduled(identity = "known-filters", every = "60s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        try {
            if (!byWorkspace.isEmpty()) {
                load(Set.copyOf(byWorkspace.keySet()));
            }
        } catch (SQLException e) {
            LOG.warnf("Conditions and order settings could not be read again and will be later: %s", e.getMessage());
        }
    }

    /** Whether a statement failed because a filter was outdated or unknown. */
    public static boolean isStale(SQLException e) {
        return STALE.equals(e.getSQLState());
    }

    /** Reads the current filters of these workspaces. */
    public void load(Collection<String> workspaces) throws SQLException {
        var found = new ConcurrentHashMap<String, List<Known>>();
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("text", workspaces.toArray()));
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getString(1), workspace -> new ArrayList<>())
                            .add(new Known(
                                    rows.getString(2),
                                    rows.getInt(3),
                                    EventFilter.parse(rows.getString(4)),
                                    rows.getBoolean(5),
                                    rows.getBoolean(6)));
                }
            }
        }
        if (byWorkspace.size() > MAX_WORKSPACES) {
            byWorkspace.clear();
        }
        byWorkspace.keySet().removeAll(workspaces);
        byWorkspace.putAll(found);
    }
}
