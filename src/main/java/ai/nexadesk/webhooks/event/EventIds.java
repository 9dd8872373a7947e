package ai.nexadesk.webhooks.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids of events whose publisher gave them none: {@code evt_} and the 128 bits of a UUID of version 7 (RFC 9562) as 26
 * characters of Crockford's base 32. They sort as text by the time when they were made.
 */
public final class EventIds {

    private static final String START = "evt_";
    /** How the ids of test events begin; nobody missed those. */
    public static final String TEST = "evt_test_";

    /** How the ids of pings begin that are signed wrongly on purpose. */
    public static final String FORGED = TEST + "forged_";

    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final int LENGTH = 26;

    private EventIds() {}

    /** A new id, made now. */
    public static String next() {
        return next(Instant.now());
    }

    /** A new id of a test event. */
    static String nextTest() {
        return TEST + next().substring(START.length());
    }

    /** A new id of a ping that is signed wrongly. */
    static String nextForged() {
        return FORGED + next().substring(START.length());
    }

    /** A new id, made at this time. */
    static String next(Instant now) {
        // Its variant bits and 74 of its random bits are just those that version 7 needs, too.
        var random = UUID.randomUUID();
        long high = now.toEpochMilli() << 16 | 0x7000 | random.getMostSignificantBits() & 0xfff;
        return text(high, random.getLeastSignificantBits());
    }

    /** The id of an event that has a name: the same for the same name. */
    public static String of(String name) {
        var hash = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return text(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
    }

    private static String text(long high, long low) {
        var digits = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (low & 31));
            low = low >>> 5 | high << 59;
            high >>>= 5;
        }
        return START + new String(digits);
    }
}
