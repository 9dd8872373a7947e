package ai.nexadesk.webhooks.delivery;

import ai.nexadesk.webhooks.api.PublicId;

import java.util.Optional;
import java.util.UUID;

/** Public job IDs: {@code job_} and the 32 hexadecimal digits of a UUIDv7. */
public final class JobIds {

    private static final String PREFIX = "job_";

    private JobIds() {}

    /** The public ID. */
    public static String format(UUID id) {
        return PublicId.format(PREFIX, id);
    }

    /** Parses a public ID; empty if it is malformed. */
    public static Optional<UUID> parse(String text) {
        return PublicId.parse(PREFIX, text);
    }
}
