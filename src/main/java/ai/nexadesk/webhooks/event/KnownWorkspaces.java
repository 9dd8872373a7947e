package ai.nexadesk.webhooks.event;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The workspaces that exist, asked for once each: they are never deleted. */
final class KnownWorkspaces {

    /** Some ten megabytes; beyond it, they are asked for anew. */
    private static final int REMEMBERED = 100_000;

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final EventStore store;

    KnownWorkspaces(EventStore store) {
        this.store = store;
    }

    /** Finds out about the workspaces of these events. */
    void learn(List<Submission> submissions) throws SQLException {
        var unknown = new TreeSet<String>();
        for (var submission : submissions) {
            for (var event : submission.events()) {
                if (!known.contains(event.workspaceId())) {
                    unknown.add(event.workspaceId());
                }
            }
        }
        if (!unknown.isEmpty()) {
            if (known.size() > REMEMBERED) {
                known.clear();
            }
            known.addAll(store.existingWorkspaces(unknown));
        }
    }

    /** The place of the first event whose workspace does not exist; -1 if there is none. */
    int firstUnknown(List<NewEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            if (!known.contains(events.get(i).workspaceId())) {
                return i;
            }
        }
        return -1;
    }
}
