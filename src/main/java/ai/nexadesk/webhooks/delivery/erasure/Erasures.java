package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.DatabaseRole;
import org.jdbi.v3.core.Jdbi;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import jakarta.inject.Singleton;

/** Starts and shows erasures. {@link ErasureRunner} runs them. */
@Singleton
class Erasures {

    private static final String BEGIN = """
            insert into erasure (workspace_id, records, emails) select id, :records, :emails from workspace where id = :workspace returning *
            """;

    private static final String GET = "select * from erasure where id = :id";
    private static final String NEWEST =
            "select * from erasure where workspace_id = :workspace order by id desc limit 100";

    private final Jdbi jdbi;

    Erasures(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Creates the audit entry of an erasure. */
    interface AuditNote {
        AuditEntry of(Erasure erasure, String detail);
    }

    /**
     * Starts an erasure.
     *
     * @throws ApiException 400 if the request is invalid
     */
    Erasure begin(ErasureRequest wanted, AuditNote noting) {
        var checked = wanted.checked();
        var records = Objects.requireNonNull(checked.records());
        var emails = Objects.requireNonNull(checked.emails());
        return DatabaseRole.in(Objects.requireNonNull(checked.workspaceId())).call(() -> {
            var erasure = jdbi.withHandle(handle -> handle.createQuery(BEGIN)
                            .bindArray("records", String.class, records)
                            .bindArray("emails", String.class, emails)
                            .bind("workspace", checked.workspaceId())
                            .map(Erasure::of)
                            .findFirst())
                    .orElseThrow(() -> ApiException.invalid("workspace_id", "There is no workspace with this ID."));
            noting.of(erasure, records.size() + " records, " + emails.size() + " email addresses")
                    .persist();
            return erasure;
        });
    }

    /** The erasure with this id, or 404. */
    Erasure get(String id) {
        UUID key = Erasure.parse(id).orElseThrow(ApiException::notFound);
        return DatabaseRole.ENGINE
                .call(() -> jdbi.withHandle(handle ->
                        handle.createQuery(GET).bind("id", key).map(Erasure::of).findFirst()))
                .orElseThrow(ApiException::notFound);
    }

    /** The newest erasures of a workspace, newest first. */
    List<Erasure> newest(String workspaceId) {
        return DatabaseRole.in(workspaceId)
                .call(() -> jdbi.withHandle(handle -> handle.createQuery(NEWEST)
                        .bind("workspace", workspaceId)
                        .map(Erasure::of)
                        .list()));
    }
}
