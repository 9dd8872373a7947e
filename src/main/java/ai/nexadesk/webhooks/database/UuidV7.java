package ai.nexadesk.webhooks.database;

import java.time.Instant;
import java.util.UUID;

/** UUIDs of version 7 (RFC 9562), which begin with the time of their creation in milliseconds. */
public final class UuidV7 {

    /** The bits after the milliseconds in the first half: the version, and a part of the random bits. */
    private static final int BITS_AFTER_MILLIS = 16;

    private static final long VERSION = 0x7000;
    private static final long RANDOM = 0xfff;

    private UuidV7() {}

    /** A new one that looks as if it had been created at this moment. */
    public static UUID at(Instant time) {
        // The variant and the other random bits of version 4 are valid for version 7, too.
        var random = UUID.randomUUID();
        return new UUID(
                time.toEpochMilli() << BITS_AFTER_MILLIS | VERSION | random.getMostSignificantBits() & RANDOM,
                random.getLeastSignificantBits());
    }

    /** When it was created, with a precision of one millisecond. */
    public static Instant timeOf(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> BITS_AFTER_MILLIS);
    }

    /** The lowest one that can be created at this moment or later. */
    public static UUID lowestAt(Instant time) {
        return new UUID(Math.max(0, time.toEpochMilli()) << BITS_AFTER_MILLIS, 0);
    }
}
