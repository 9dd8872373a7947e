package ai.nexadesk.webhooks.event;

import java.util.UUID;

/**
 * An event's position in the order of publication, for receivers to compare. It increases with every event of a record,
 * with gaps. Event keys are PostgreSQL's UUIDv7, which begins with 60 bits of time: milliseconds, and 4,096ths of a
 * millisecond (RFC 9562, section 6.2, method 3).
 */
public final class Sequence {

    /** A fixed number of digits, so that comparing as text and as numbers gives the same result. */
    private static final int DIGITS = 19;

    private static final int FRACTION_BITS = 12;
    private static final long FRACTION = (1L << FRACTION_BITS) - 1;

    private Sequence() {}

    /** The sequence of the event with this key: 19 decimal digits. */
    public static String of(UUID key) {
        long high = key.getMostSignificantBits();
        long time = high >>> 16 << FRACTION_BITS | high & FRACTION;
        var digits = Long.toString(time);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }
}
