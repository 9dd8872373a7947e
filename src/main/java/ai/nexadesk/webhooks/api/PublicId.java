package ai.nexadesk.webhooks.api;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The public form of IDs: a prefix for the type, such as {@code job_}, and the 32 hexadecimal digits of a UUID. */
public final class PublicId {

    private static final Map<String, String> PREFIXES = Map.of(
            "webhooks", "wh_",
            "deliveries", "dlv_",
            "jobs", "job_",
            "api-keys", "key_",
            "alert-channels", "ac_",
            "erasures", "era_");

    private PublicId() {}

    /** A hint for paths that are not found. The usual cause is an ID of another type. */
    static String hint(String path) {
        var parts = path.split("/");
        for (int i = 0; i + 1 < parts.length; i++) {
            var prefix = PREFIXES.get(parts[i]);
            if (prefix != null && !parts[i + 1].startsWith(prefix)) {
                return "Check the path: IDs of " + parts[i] + " begin with " + prefix + ".";
            }
        }
        return "Check the path and its IDs, and whether the key is of the same workspace.";
    }

    /** The public ID. */
    public static String format(String prefix, UUID id) {
        return prefix + id.toString().replace("-", "");
    }

    /** Reads a public ID; empty if it is not one with this prefix. */
    public static Optional<UUID> parse(String prefix, String text) {
        if (!text.matches(prefix + "[0-9a-f]{32}")) {
            return Optional.empty();
        }
        var hex = text.substring(prefix.length());
        return Optional.of(new UUID(
                Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16)));
    }
}
