package ai.nexadesk.webhooks.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The event types of one resource, as the form shows them.
 *
 * @param name the resource's name on pages, such as {@code Leads}
 * @param types its event types, in the order of the documentation
 */
public record EventGroup(String name, List<EventType> types) {

    /** The pattern for all of its types, including future ones. */
    public String pattern() {
        return Subscription.patternOf(types.get(0).name());
    }

    /** The label of the choice that selects all of its types, such as {@code All lead events}. */
    public String title() {
        return "All " + types.get(0).resource() + " events";
    }

    /** All groups. */
    public static List<EventGroup> all() {
        var groups = new LinkedHashMap<String, List<EventType>>();
        for (var type : Catalog.all()) {
            groups.computeIfAbsent(type.resource(), resource -> new ArrayList<>())
                    .add(type);
        }
        return groups.entrySet().stream()
                .map(group -> new EventGroup(plural(group.getKey()), group.getValue()))
                .toList();
    }

    private static String plural(String resource) {
        return Character.toUpperCase(resource.charAt(0)) + resource.substring(1) + "s";
    }
}
