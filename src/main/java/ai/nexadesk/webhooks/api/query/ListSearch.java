package ai.nexadesk.webhooks.api.query;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.api.Limit;
import ai.nexadesk.webhooks.api.ListPage;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Searches a long list piece by piece if no index supports the filter. Stops when the page is full and the count is
 * complete, or when the time is up.
 */
public final class ListSearch {

    /** How long to search for a full page and a count. */
    private static final Duration ENOUGH = Duration.ofSeconds(1);

    /** How long to search for the first item of a REST response, and whether another one follows. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Maximum long searches at a time, so that other requests are not blocked. */
    private static final Semaphore LONG_ONES = new Semaphore(4);

    private ListSearch() {}

    /**
     * The result for a part of a list.
     *
     * @param items the matching items, in the list's order
     * @param counted the number of matching items, including those not in {@code items}
     * @param end the last item that was examined; null at the end of the list
     */
    public record Piece<T>(
            List<T> items, long counted, @Nullable UUID end) {}

    /** A list that is searched in pieces, each in its own transaction. */
    public interface Source<T> {

        /**
         * Searches the next piece.
         *
         * @param after the end of the previous piece; null to start
         * @param items the maximum number of items
         * @param count the maximum count
         */
        Piece<T> piece(@Nullable UUID after, int items, int count);
    }

    /** Finds up to this many items and counts up to this number, as far as time permits. */
    public static <T> Piece<T> through(Source<T> source, @Nullable UUID after, int items, int count) {
        return through(source, after, items, count, 0);
    }

    private static <T> Piece<T> through(Source<T> source, @Nullable UUID after, int items, int count, int atLeast) {
        long begun = System.nanoTime();
        var found = new ArrayList<T>();
        long counted = 0;
        @Nullable UUID end = after;
        boolean isLong = false;
        try {
            while (true) {
                var piece = source.piece(end, items - found.size(), (int) (count - counted));
                found.addAll(piece.items());
                counted += piece.counted();
                end = piece.end();
                long taken = System.nanoTime() - begun;
                if (end == null || found.size() == items && counted == count || taken > LONGEST.toNanos()) {
                    break;
                }
                if (taken > ENOUGH.toNanos()) {
                    isLong |= found.size() < atLeast && !isLong && LONG_ONES.tryAcquire();
                    if (found.size() >= atLeast || !isLong) {
                        break;
                    }
                }
            }
        } finally {
            if (isLong) {
                LONG_ONES.release();
            }
        }
        return new Piece<>(found, counted, end);
    }

    /**
     * A REST page: never empty if items follow, and with a cursor only if another item was found.
     *
     * @param id the unique ID of an item, used in the cursor
     * @param view converts an item to the form that callers see
     * @param order the order of the list, which is part of the cursor; blank for the default
     * @param cursor the beginning of the page; null for the top
     * @throws ApiException 503 if nothing was found in time
     */
    public static <T, V> ListPage<V> page(
            Source<T> source,
            Function<T, UUID> id,
            Function<T, V> view,
            String order,
            @Nullable Cursor cursor,
            Limit limit) {
        if (cursor != null) {
            cursor.requireOrder(1, order);
        }
        @Nullable UUID after = cursor == null ? null : cursor.uuid(0);
        int most = ListPage.COUNTED_UP_TO + 1;
        var part = through(source, after, limit.value() + 1, after == null ? most : 0, 2);
        var count = after == null ? part : through(source, null, 0, most);
        var items = part.items();
        if (items.isEmpty() && part.end() != null) {
            throw tooSlow();
        }
        boolean isLastLeft = items.size() > limit.value() || part.end() != null && items.size() > 1;
        var shown = isLastLeft ? items.subList(0, items.size() - 1) : items;
        @Nullable UUID next = isLastLeft ? id.apply(shown.get(shown.size() - 1)) : part.end();
        return new ListPage<>(
                true,
                shown.stream().map(view).toList(),
                new ListPage.Pagination(
                        next != null,
                        next == null
                                ? null
                                : (order.isEmpty() ? Cursor.after(next) : Cursor.after(next, order)).toString(),
                        Math.min(count.counted(), ListPage.COUNTED_UP_TO),
                        count.end() != null || count.counted() > ListPage.COUNTED_UP_TO,
                        limit.value()));
    }

    /** 503: there are too many items to search. */
    public static ApiException tooSlow() {
        return new ApiException(
                503,
                "log_too_slow",
                "Searching the log took too long. Choose a shorter time range with since and until, and try again.",
                Map.of());
    }
}
