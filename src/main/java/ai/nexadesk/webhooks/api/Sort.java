package ai.nexadesk.webhooks.api;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The requested order of a list: {@code @QueryParam("sort") @Nullable Sort sort}, written as {@code field:asc} or
 * {@code field:desc}.
 *
 * @param field a member of the list's items
 * @param descending whether the greatest value comes first
 */
public record Sort(String field, boolean descending) {

    /**
     * Reads the query parameter.
     *
     * @throws ApiException 400 if it has another format
     */
    public static Sort fromString(String text) {
        if (!text.matches("[a-z_]+:(asc|desc)")) {
            throw invalid("sort must be a field and a direction, such as created_at:desc.");
        }
        var parts = text.split(":");
        return new Sort(parts[0], parts[1].equals("desc"));
    }

    /**
     * Sorts a list that is short enough to be read completely.
     *
     * @param sort the requested order; null to keep the list's order
     * @param orders the supported members with their orders
     * @throws ApiException 400 if the member is not supported
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
     * @param sort the requested order; null for the newest first
     * @param time the member that the list is sorted by
     * @throws ApiException 400 if another member is requested
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
