package ai.nexadesk.webhooks.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
            throw invalid("sort must be a member and a direction, such as created_at:desc.");
        }
        var parts = text.split(":");
        return new Sort(parts[0], parts[1].equals("desc"));
    }

    /**
     * This order, if the list can be had in it.
     *
     * @param sortable what the list can be sorted by
     * @throws ApiException 400 if it is none of these
     */
    public Sort by(Set<String> sortable) {
        if (!sortable.contains(field)) {
            throw invalid("This list can be sorted by " + String.join(", ", new TreeSet<>(sortable)) + ".");
        }
        return this;
    }

    /**
     * Refuses every order but this one.
     *
     * @throws ApiException 400 if it is another
     */
    public void only(Sort possible) {
        if (!equals(possible)) {
            throw invalid("This list can be had as " + possible + " only.");
        }
    }

    @Override
    public String toString() {
        return field + (descending ? ":desc" : ":asc");
    }

    private static ApiException invalid(String message) {
        return ApiException.badRequest("invalid_sort", message, Map.of("sort", List.of(message)));
    }
}
