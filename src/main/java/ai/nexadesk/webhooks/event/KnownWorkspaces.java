package ai.nexadesk.webhooks.event;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** A cache of existing workspaces, which are never deleted. */
final class KnownWorkspaces {

    /** About ten megabytes. When it is full, the cache is cleared. */
    private static final int REMEMBERED = 100_000;

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final EventStore store;

    KnownWorkspaces(EventStore store) {
        this.store = store;
    }

    /** Looks up the workspaces of these events. */
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

    /** The indexes of the first events whose workspaces do not exist. */
    List<Integer> unknown(List<NewEvent> events) {
        return IntStream.range(0, events.size())
                .filter(i -> !known.contains(events.get(i).workspaceId()))
                .limit(InvalidEventException.MOST)
                .boxed()
                .toList();
    }
}
