package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.api.PublicId;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A request to forget somebody. The search terms are deleted when it is done.
 *
 * @param id {@code era_…}
 * @param workspaceId whose data
 * @param status {@code running} or {@code done}
 * @param events how many events it has erased
 * @param answers how many requests and answers of attempts
 * @param cancelled how many deliveries that were not finished
 * @param createdAt when it was asked for
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
