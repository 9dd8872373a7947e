package ai.nexadesk.webhooks.outbound;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Metadata of an event from its publisher. It is sent in headers, because the body has only its four members.
 *
 * @param record the record that the event is about, such as {@code lead:550e8400}; null if it has none
 * @param changed the names of the fields that changed; empty if unknown
 * @param actor who caused the event, as type and ID: {@code api_key:key_0198}; null if unknown
 */
public record EventContext(
        @Nullable String record,
        List<String> changed,
        @Nullable String actor) {

    /** No metadata. */
    public static final EventContext NONE = new EventContext(null, List.of(), null);

    private static final String SEPARATOR = ",";

    /** Reads the stored form. */
    public static EventContext of(@Nullable String record, @Nullable String changed, @Nullable String actor) {
        if (record == null && changed == null && actor == null) {
            return NONE;
        }
        return new EventContext(
                record, changed == null || changed.isEmpty() ? List.of() : List.of(changed.split(SEPARATOR)), actor);
    }

    /** The names of the changed fields in the format of a header; null if there are none. */
    public @Nullable String changedNames() {
        return changed.isEmpty() ? null : String.join(SEPARATOR, changed);
    }
}
