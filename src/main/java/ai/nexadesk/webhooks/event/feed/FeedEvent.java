package ai.nexadesk.webhooks.event.feed;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * An event in the feed.
 *
 * @param id of the event
 * @param event its type
 * @param publishedAt when it was accepted
 * @param record the record that it is about; null if it is about none
 * @param sequence its place in the order of publication; null if it is not about a record
 * @param changed the names of the fields that changed; empty if the publisher named none
 * @param actor who caused it; null if the publisher did not say
 * @param payload what webhooks get as their body, JSON
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
