package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.database.UuidV7;

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

    /** An ID above those of all deliveries of an event that was published at this moment. */
    public static UUID aboveThoseOf(Instant published) {
        return UuidV7.lowestAt(published.plus(FAN_OUT));
    }
}
