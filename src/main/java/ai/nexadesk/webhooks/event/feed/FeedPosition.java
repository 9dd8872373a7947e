package ai.nexadesk.webhooks.event.feed;

import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.api.Cursor;
import ai.nexadesk.webhooks.database.UuidV7;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.UUID;

/**
 * A position in the feed: everything before it has been read.
 *
 * @param transaction the number of the publishing transaction, as the database writes it
 * @param key the key of the last event read of that transaction; the lowest key if none of its events was read
 * @param at when it was read, by the database's clock
 */
record FeedPosition(String transaction, UUID key, Instant at) {

    /** Longer than any publishing transaction. */
    private static final Duration SLACK = Duration.ofDays(1);

    static final UUID LOWEST = new UUID(0, 0);

    /** The beginning of the feed. */
    static final FeedPosition START = new FeedPosition("0", LOWEST, Instant.EPOCH);

    /**
     * Reads the query parameter.
     *
     * @throws ApiException 400 if it is malformed
     */
    static FeedPosition of(@Nullable Cursor cursor) {
        if (cursor == null) {
            return START;
        }
        try {
            if (cursor.string(0).matches("[0-9]{1,18}") && cursor.keys().size() == 3) {
                return new FeedPosition(cursor.string(0), cursor.uuid(1), Instant.parse(cursor.string(2)));
            }
        } catch (DateTimeParseException ofAnotherList) {
            throw invalid();
        }
        throw invalid();
    }

    private static ApiException invalid() {
        return ApiException.badRequest(
                "invalid_cursor", "Invalid cursor. Use next_cursor from the previous response of the events feed.");
    }

    /** The position after this event. */
    static FeedPosition of(String transaction, UUID key) {
        return new FeedPosition(transaction, key, UuidV7.timeOf(key));
    }

    /** A lower bound for the keys of all following events, so that old partitions are not read. */
    UUID lowestKey() {
        return UuidV7.lowestAt(at.minus(SLACK));
    }

    boolean isAheadOf(FeedPosition end) {
        return Long.parseLong(transaction) > Long.parseLong(end.transaction);
    }

    /** The earlier of two positions. */
    static FeedPosition first(FeedPosition one, FeedPosition other) {
        return one.isAheadOf(other) ? other : one;
    }

    boolean isStart() {
        return equals(START);
    }

    Cursor cursor() {
        return Cursor.after(transaction, key, at);
    }
}
