package ai.nexadesk.webhooks.api;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * In which order a caller wants a list: {@code @QueryParam("sort") @Nullable Sort sort}, written as {@code field:asc} or
 * {@code field:desc}.
 *
 * @param field a member of the list's items
 * @param descending whether the greatest comes first
 */
public record Sort(String field, boolean descending) {

    /**
     * Reads the query parameter.
     *
     * @throws ApiException 400 if it is not written so
     */
    public static Sort fromString(String text) {
        if (!text.matches("[a-z_]+:(asc|desc)")) {
            throw invalid("sort must be a field and a direction, such as created_at:desc.");
        }
        var parts = text.split(":");
        return new Sort(parts[0], parts[1].equals("desc"));
    }

    /**
     * A list that is short enough to be read whole, in the order that a caller wants.
     *
     * @param sort what the caller wants; null to leave it as it is
     * @param orders by the members that it can be sorted by
     * @throws ApiException 400 if it is none of these
     */
    public static <T> List<T> apply(@Nullable Sort sort, List<T> list, Map<String, Comparator<T>> orders) {
        if (sort == null) {
            return list;
        }
        var order = orders.get(sort.field);
        if (order == null) {
            throw invalid("sort must be one of these fields with :asc or :desc: "
                    + String.join(", ", new TreeSet<>(orders.keySet())) + ".");
        }
        return list.stream().sorted(sort.descending ? order.reversed() : order).toList();
    }

    /**
     * Whether a list that is always sorted by time begins with its oldest item.
     *
     * @param sort what the caller wants; null for the newest first
     * @param time the member that it is sorted by
     * @throws ApiException 400 if it is to be sorted by something else
     */
    public static boolean isOldestFirst(@Nullable Sort sort, String time) {
        if (sort != null && !sort.field.equals(time)) {
            throw invalid("sort must be " + time + ":desc or " + time + ":asc for this list.");
        }
        return sort != null && !sort.descending;
    }

    @Override
    public String toString() {
        return field + (descending ? ":desc" : ":asc");
    }

    private static ApiException invalid(String message) {
        return ApiException.invalid("sort", message);
    }
}
