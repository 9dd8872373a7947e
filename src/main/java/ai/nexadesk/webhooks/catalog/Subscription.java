package ai.nexadesk.webhooks.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The items that a webhook can subscribe to: event types, patterns such as {@code lead.*}, and {@value #ALL}. The last
 * two include event types that are added later. The SQL function {@code patterns_of(type)} corresponds to
 * {@link #covering}.
 */
public final class Subscription {

    /** All event types, including future ones. */
    public static final String ALL = "*";

    private static final String ANY = ".*";

    private Subscription() {}

    /** The pattern for all types of the same resource: {@code lead.*} for {@code lead.created}. */
    public static String patternOf(String type) {
        int dot = type.indexOf('.');
        return (dot < 0 ? type : type.substring(0, dot)) + ANY;
    }

    /** All items that cover this event type. */
    public static List<String> covering(String type) {
        return List.of(type, patternOf(type), ALL);
    }

    /** Whether a subscription covers this event type. */
    public static boolean covers(Collection<String> subscribed, String type) {
        return covering(type).stream().anyMatch(subscribed::contains);
    }

    /** How many of the current event types a subscription covers. */
    public static long size(Collection<String> subscribed) {
        return Catalog.all().stream()
                .filter(type -> covers(subscribed, type.name()))
                .count();
    }

    /** Whether this is a known event type or pattern. */
    public static boolean isKnown(String name) {
        return ALL.equals(name) || Catalog.find(name).isPresent() || patterns().contains(name);
    }

    /** The message for an unknown event type or pattern. */
    public static String unknown(String name) {
        return Catalog.unknown(name) + " Or use a pattern: " + String.join(", ", patterns()) + ", or " + ALL
                + " for all events.";
    }

    /** The same subscription in the order of the catalog, without items that a pattern includes. */
    public static List<String> canonical(Collection<String> names) {
        if (names.contains(ALL)) {
            return List.of(ALL);
        }
        var canonical = new LinkedHashSet<String>();
        for (var type : Catalog.all()) {
            var pattern = patternOf(type.name());
            if (names.contains(pattern)) {
                canonical.add(pattern);
            } else if (names.contains(type.name())) {
                canonical.add(type.name());
            }
        }
        return new ArrayList<>(canonical);
    }

    private static Collection<String> patterns() {
        var patterns = new LinkedHashSet<String>();
        Catalog.all().forEach(type -> patterns.add(patternOf(type.name())));
        return patterns;
    }
}
