package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.PublicId;

import java.util.Optional;
import java.util.UUID;

/** How ids of jobs look outside: {@code job_} and the 32 hexadecimal digits of a UUIDv7. */
public final class JobIds {

    private static final String PREFIX = "job_";

    private JobIds() {}

    /** The id as people and programs see it. */
    public static String format(UUID id) {
        return PublicId.format(PREFIX, id);
    }

    /** Reads an id as people and programs see it; empty if it cannot be one. */
    public static Optional<UUID> parse(String text) {
        return PublicId.parse(PREFIX, text);
    }
}
