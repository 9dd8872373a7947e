package ai.nexadesk.webhooks.access.audit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * A changed value.
 *
 * @param what its name, such as {@code url}
 * @param before the value before the change, in words; empty for none; never a secret
 * @param after the value after the change, likewise
 */
public record Change(String what, String before, String after) {

    /** The differences between two states, each a map of names to values. A state that does not exist is an empty map. */
    public static List<Change> between(Map<String, String> before, Map<String, String> after) {
        var names = new LinkedHashSet<>(before.keySet());
        names.addAll(after.keySet());
        var changes = new ArrayList<Change>();
        for (var name : names) {
            var change = new Change(name, before.getOrDefault(name, ""), after.getOrDefault(name, ""));
            if (!change.before.equals(change.after)) {
                changes.add(change);
            }
        }
        return changes;
    }
}
