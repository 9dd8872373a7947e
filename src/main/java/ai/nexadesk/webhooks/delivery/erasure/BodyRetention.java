package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.Caller;
import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.access.audit.Change;
import ai.nexadesk.webhooks.api.ApiException;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import jakarta.inject.Singleton;
import jakarta.transaction.Transactional;

/** How long a workspace keeps payloads and responses, if shorter than the log. {@link BodyRemover} removes them. */
@Singleton
public class BodyRetention {

    private static final int MAX_DAYS = 30;

    private static final String READ = "select days from body_retention where workspace_id = :workspace";
    private static final String SET = """
            insert into body_retention (workspace_id, days) values (:workspace, :days)
            on conflict (workspace_id) do update set days = excluded.days, next_at = now()
            """;
    private static final String END = "delete from body_retention where workspace_id = :workspace";

    private final Jdbi jdbi;

    BodyRetention(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The number of days; empty to keep them as long as the log. */
    @Transactional
    public Optional<Integer> days(String workspaceId) {
        return jdbi.withHandle(handle -> handle.createQuery(READ)
                .bind("workspace", workspaceId)
                .mapTo(Integer.class)
                .findFirst());
    }

    /**
     * Sets the number of days; null to keep them as long as the log.
     *
     * @throws ApiException 400 if it is not from 1 to 30
     */
    @Transactional
    public void keep(@Nullable Integer days, Caller caller) {
        if (days != null && (days < 1 || days > MAX_DAYS)) {
            throw ApiException.invalid(
                    "body_days", "body_days must be 1 to 30, or null to keep bodies as long as the log.");
        }
        var workspaceId = caller.workspaceId();
        var before = days(workspaceId).map(Object::toString).orElse("");
        jdbi.useHandle(handle -> {
            var update = handle.createUpdate(days == null ? END : SET).bind("workspace", workspaceId);
            (days == null ? update : update.bind("days", days)).execute();
        });
        var change = new Change("body_days", before, Objects.toString(days, ""));
        AuditEntry.record(caller, "retention.changed", workspaceId, "", List.of(change));
    }
}
