package ai.nexadesk.webhooks.access.audit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What was one thing and became another.
 *
 * @param what its name, such as {@code url}
 * @param before as it was, in words; empty for nothing; never a secret
 * @param after as it became, likewise
 */
public record Change(String what, String before, String after) {

    /** What differs between two states of the same thing, each told as names and values; nothing is an empty map. */
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
