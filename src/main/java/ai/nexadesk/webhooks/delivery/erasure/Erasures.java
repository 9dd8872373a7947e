package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.DatabaseRole;
import ai.nexadesk.webhooks.database.Sql;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
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

    private final Sql sql;

    Erasures(DataSource dataSource) {
        this.sql = Sql.on(dataSource);
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
            var erasure = sql.query(BEGIN)
                    .set("records", "text", records)
                    .set("emails", "text", emails)
                    .set("workspace", checked.workspaceId())
                    .first(Erasure::of)
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
                .call(() -> sql.query(GET).set("id", key).first(Erasure::of))
                .orElseThrow(ApiException::notFound);
    }

    /** The newest of a workspace, newest first. */
    List<Erasure> newest(String workspaceId) {
        return DatabaseRole.in(workspaceId)
                .call(() -> sql.query(NEWEST).set("workspace", workspaceId).list(Erasure::of));
    }
}
