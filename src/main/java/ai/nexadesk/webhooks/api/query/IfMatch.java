package ai.nexadesk.webhooks.api.query;

import ai.nexadesk.webhooks.api.ApiException;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The header {@code If-Match} of a change, with the {@code ETag} that the program has read. If two programs change the
 * same object, the second one cannot overwrite the first change unnoticed.
 *
 * @param tags the accepted tags; empty if the header is missing or accepts any state
 */
public record IfMatch(List<String> tags) {

    /** Accepts any state. */
    public static final IfMatch ANY = new IfMatch(List.of());

    /** Reads the header. */
    public static IfMatch of(@Nullable String header) {
        if (header == null || header.isBlank() || header.strip().equals("*")) {
            return ANY;
        }
        return new IfMatch(Stream.of(header.split(","))
                .map(tag -> tag.strip().replaceFirst("^W/", "").replaceAll("^\"|\"$", ""))
                .toList());
    }

    /**
     * Checks the object's current state.
     *
     * @param tag the tag of this state, without quotes
     * @throws ApiException 412 if the program has read another state
     */
    public void require(String tag) {
        if (!tags.isEmpty() && !tags.contains(tag)) {
            throw new ApiException(
                    412,
                    "precondition_failed",
                    "The resource was changed since you read it. Read it again, and repeat the change with its new ETag in If-Match.",
                    Map.of());
        }
    }

    /** The value of the header {@code ETag}. */
    public static String header(String tag) {
        return '"' + tag + '"';
    }
}
