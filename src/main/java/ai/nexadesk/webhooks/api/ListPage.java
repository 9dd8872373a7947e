package ai.nexadesk.webhooks.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/**
 * A part of a list, as the API returns it.
 *
 * @param success always true
 * @param data the items of this part
 * @param pagination the end of the part and how to continue
 */
public record ListPage<T>(boolean success, List<T> data, Pagination pagination) {

    /** Totals are exact up to this number, so that counting does not slow down lists. */
    public static final int COUNTED_UP_TO = 10_000;

    /**
     * The end of a part of a list.
     *
     * @param hasMore whether there are further items
     * @param nextCursor the cursor of the next part; null if there is none
     * @param totalCount the number of items in the whole list, up to {@link #COUNTED_UP_TO}
     * @param totalIsLowerBound true if there may be more; omitted otherwise
     * @param limit the requested number of items
     */
    public record Pagination(
            boolean hasMore,
            @Nullable String nextCursor,
            long totalCount,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean totalIsLowerBound,
            int limit) {}

    /**
     * Returns a part of a list that is short enough to be read completely. Its cursor names the next item, so that
     * callers can continue after deleting the items of this part.
     *
     * @param all the whole list, in its order
     * @param sort the order, which is part of the cursor; null for the list's default
     * @param id the unique ID of an item, used in the cursor
     * @param view converts an item to the form that callers see
     * @throws ApiException 400 if the first item of the part no longer exists, or the cursor belongs to another order
     */
    public static <A, T> ListPage<T> part(
            List<A> all,
            @Nullable Sort sort,
            Function<A, String> id,
            Function<A, T> view,
            @Nullable Cursor cursor,
            Limit limit) {
        int from = 0;
        var order = sort == null ? "" : sort.toString();
        if (cursor != null) {
            cursor.string(1);
            cursor.requireOrder(1, order);
            from = all.stream().map(id).toList().indexOf(cursor.string(0));
            if (from < 0) {
                throw Cursor.invalid();
            }
        }
        int to = Math.min(all.size(), from + limit.value());
        var next = to < all.size() ? Cursor.after(id.apply(all.get(to)), order) : null;
        return of(all.subList(from, to).stream().map(view).toList(), next, all.size(), limit);
    }

    /**
     * Wraps the items of a part.
     *
     * @param next where the next part begins; null if this is the last
     * @param total the total, counted at least until it exceeds {@link #COUNTED_UP_TO}
     */
    public static <T> ListPage<T> of(List<T> items, @Nullable Cursor next, long total, Limit limit) {
        var pagination = new Pagination(
                next != null,
                next == null ? null : next.toString(),
                Math.min(total, COUNTED_UP_TO),
                total > COUNTED_UP_TO,
                limit.value());
        return new ListPage<>(true, items, pagination);
    }
}
