package ai.nexadesk.webhooks.event.feed;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * An event in the feed.
 *
 * @param id the event's ID
 * @param event the event's type
 * @param publishedAt when it was accepted
 * @param record the event's record; null if it has none
 * @param sequence its position in the order of publication; null if it has no record
 * @param changed the names of the changed fields; empty if unknown
 * @param actor who caused it; null if unknown
 * @param payload the body that webhooks receive, as JSON
 */
public record FeedEvent(
        String id,
        String event,
        Instant publishedAt,
        @Nullable String record,
        @Nullable String sequence,
        List<String> changed,
        @Nullable String actor,
        @JsonRawValue String payload) {}
