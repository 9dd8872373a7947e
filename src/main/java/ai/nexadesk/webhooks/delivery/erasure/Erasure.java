package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.api.PublicId;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A request to erase data about a person. The search terms are deleted when it is done.
 *
 * @param id {@code era_…}
 * @param workspaceId the workspace
 * @param status {@code running} or {@code done}
 * @param events the number of erased events
 * @param answers the number of attempts whose request and response were erased
 * @param cancelled the number of unfinished deliveries that were cancelled
 * @param createdAt when it was requested
 * @param finishedAt when it was done; null before
 */
public record Erasure(
        String id,
        String workspaceId,
        String status,
        int events,
        int answers,
        int cancelled,
        Instant createdAt,
        @Nullable Instant finishedAt) {

    private static final String PREFIX = "era_";

    static Erasure of(RowView row) {
        return new Erasure(
                PublicId.format(PREFIX, row.getColumn("id", UUID.class)),
                row.getColumn("workspace_id", String.class),
                row.getColumn("status", String.class),
                row.getColumn("events", Integer.class),
                row.getColumn("answers", Integer.class),
                row.getColumn("cancelled", Integer.class),
                row.getColumn("created_at", Instant.class),
                row.getColumn("finished_at", Instant.class));
    }

    static Optional<UUID> parse(String id) {
        return PublicId.parse(PREFIX, id);
    }

    /** Whether it is still running. */
    @JsonIgnore
    public boolean isRunning() {
        return finishedAt == null;
    }

    /** Its outcome in words. */
    String summary() {
        return events + " events, " + answers + " attempts, " + cancelled + " deliveries cancelled";
    }
}
