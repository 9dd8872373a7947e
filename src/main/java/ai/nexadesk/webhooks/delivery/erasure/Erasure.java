package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.api.PublicId;
import ai.nexadesk.webhooks.database.Sql;
import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
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

    static Erasure of(ResultSet row) throws SQLException {
        return new Erasure(
                PublicId.format(PREFIX, row.getObject("id", UUID.class)),
                row.getString("workspace_id"),
                row.getString("status"),
                row.getInt("events"),
                row.getInt("answers"),
                row.getInt("cancelled"),
                Sql.instant(row, "created_at"),
                Sql.instantOrNull(row, "finished_at"));
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
