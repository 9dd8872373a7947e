package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.database.UuidV7;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * IDs for events that were published without one: {@code evt_} and the 128 bits of a UUID of version 7 (RFC 9562) as 26
 * characters of Crockford's base 32. As text, they sort by creation time.
 */
public final class EventIds {

    private static final String START = "evt_";
    /** The prefix of test event IDs. Webhooks never count as having missed test events. */
    public static final String TEST = "evt_test_";

    /** The prefix for pings that are wrongly signed on purpose. */
    public static final String FORGED = TEST + "forged_";

    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 26;

    private EventIds() {}

    /** A new ID with the current time. */
    public static String next() {
        return next(Instant.now());
    }

    /** A new ID of a test event. */
    static String nextTest() {
        return TEST + next().substring(START.length());
    }

    /** A new ID for a wrongly signed ping. */
    static String nextForged() {
        return FORGED + next().substring(START.length());
    }

    /** A new ID with this time. */
    static String next(Instant now) {
        return text(UuidV7.at(now));
    }

    /** The ID derived from a name: the same name gives the same ID. */
    public static String of(String name) {
        return text(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(UUID id) {
        long high = id.getMostSignificantBits();
        long low = id.getLeastSignificantBits();
        var digits = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (low & 31));
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return START + new String(digits);
    }
}
