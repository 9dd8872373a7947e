package ai.nexadesk.webhooks.event;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** A cache of existing workspaces, which are never deleted. */
final class KnownWorkspaces {

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final EventStore store;
    private final int maxCached;

    /**
     * An empty cache.
     *
     * @param maxCached above this number of workspaces, the cache is cleared
     */
    KnownWorkspaces(EventStore store, int maxCached) {
        this.store = store;
        this.maxCached = maxCached;
    }

    /** The existing ones of these events' workspaces. */
    Set<String> existing(List<Submission> submissions) throws SQLException {
        var existing = new HashSet<String>();
        var unknown = new TreeSet<String>();
        for (var submission : submissions) {
            for (var event : submission.events()) {
                (known.contains(event.workspaceId()) ? existing : unknown).add(event.workspaceId());
            }
        }
        if (!unknown.isEmpty()) {
            if (known.size() > maxCached) {
                known.clear();
            }
            var found = store.existingWorkspaces(unknown);
            known.addAll(found);
            existing.addAll(found);
        }
        return existing;
    }
}
