package ai.nexadesk.webhooks.api.query;

import ai.nexadesk.webhooks.api.ApiException;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a program read before it asks for a change: the header {@code If-Match} with the {@code ETag} of the answer. So of two that
 * change the same thing, the second cannot undo unseen what the first one did.
 *
 * @param tags one of these; empty where the program does not say, or says that it does not matter
 */
public record IfMatch(List<String> tags) {

    /** Any state will do. */
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
     * Checks the state that the thing is in.
     *
     * @param tag of this state, without its quotes
     * @throws ApiException 412 if the program has read another one
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
