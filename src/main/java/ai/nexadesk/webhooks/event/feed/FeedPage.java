package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.api.Limit;

import java.util.List;

/**
 * A part of the feed.
 *
 * @param success always true
 * @param data the events, in the order of the feed
 * @param pagination where to continue
 */
public record FeedPage(boolean success, List<FeedEvent> data, Pagination pagination) {

    /**
     * Where to continue.
     *
     * @param hasMore whether there were more events at this moment
     * @param nextCursor the cursor for the next request, even at the end of the feed
     * @param limit the requested number of events
     */
    public record Pagination(boolean hasMore, String nextCursor, int limit) {}

    static FeedPage of(FeedReader.Batch batch, Limit limit) {
        return new FeedPage(
                true,
                batch.events(),
                new Pagination(!batch.isEnd(), batch.next().cursor().toString(), limit.value()));
    }
}
