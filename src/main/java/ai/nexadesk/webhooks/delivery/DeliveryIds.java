package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.PublicId;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Public delivery IDs: {@code dlv_} and the 32 hexadecimal digits of a UUIDv7 (RFC 9562), which begins with the time of
 * its creation in milliseconds.
 */
public final class DeliveryIds {

    private static final String PREFIX = "dlv_";
    private static final int RANDOM_BITS = 80;

    /** Deliveries are created with their event. This is a generous margin. */
    private static final Duration FAN_OUT = Duration.ofMinutes(1);

    private DeliveryIds() {}

    /** The public ID. */
    public static String format(UUID id) {
        return PublicId.format(PREFIX, id);
    }

    /** Parses a public ID; empty if it is malformed. */
    public static Optional<UUID> parse(String text) {
        return PublicId.parse(PREFIX, text);
    }

    /** When this ID was created, with a precision of one millisecond. */
    public static Instant madeAt(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> (RANDOM_BITS - 64));
    }

    /** An ID above those of all deliveries of an event that was published at this moment. */
    public static UUID aboveThoseOf(Instant published) {
        return lowest(published.plus(FAN_OUT));
    }

    /** The lowest ID that can be created at this moment or later. */
    public static UUID lowest(Instant from) {
        return new UUID(Math.max(0, from.toEpochMilli()) << (RANDOM_BITS - 64), 0);
    }
}
