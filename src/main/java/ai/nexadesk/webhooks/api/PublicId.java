package ai.nexadesk.webhooks.api;

import java.util.Optional;
import java.util.UUID;

/** How ids look outside: a prefix that says what it is, such as {@code job_}, and the 32 hexadecimal digits of a UUID. */
public final class PublicId {

    private PublicId() {}

    /** The public ID. */
    public static String format(String prefix, UUID id) {
        return prefix + id.toString().replace("-", "");
    }

    /** Reads an id as people and programs see it; empty if it cannot be one with this prefix. */
    public static Optional<UUID> parse(String prefix, String text) {
        if (!text.matches(prefix + "[0-9a-f]{32}")) {
            return Optional.empty();
        }
        var hex = text.substring(prefix.length());
        return Optional.of(new UUID(
                Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16)));
    }
}
