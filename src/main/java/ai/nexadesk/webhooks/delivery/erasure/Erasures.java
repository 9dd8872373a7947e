package ai.nexadesk.webhooks.delivery.erasure;

import ai.nexadesk.webhooks.access.audit.AuditEntry;
import ai.nexadesk.webhooks.api.ApiException;
import ai.nexadesk.webhooks.database.Acting;
import org.jspecify.annotations.Nullable;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import jakarta.inject.Singleton;

/** Begins and shows erasures; {@link ErasureRunner} does them. */
@Singleton
class Erasures {

    private static final String BEGIN = """
            insert into erasure (workspace_id, records, emails) select id, ?, ? from workspace where id = ? returning *
            """;

    private static final String GET = "select * from erasure where id = ?";
    private static final String NEWEST = "select * from erasure where workspace_id = ? order by id desc limit 100";

    private final DataSource dataSource;

    Erasures(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Stores, with an erasure, who asked for it. */
    interface Noting {
        AuditEntry of(Erasure erasure, String detail);
    }

    /**
     * Begins to forget.
     *
     * @throws ApiException 400 if the request makes no sense
     */
    Erasure begin(ErasureRequest wanted, Noting noting) {
        var checked = wanted.checked();
        var records = Objects.requireNonNull(checked.records()).toArray();
        var emails = Objects.requireNonNull(checked.emails()).toArray();
        return Acting.in(Objects.requireNonNull(checked.workspaceId())).call(() -> {
            try (var connection = dataSource.getConnection();
                    var statement = connection.prepareStatement(BEGIN)) {
                statement.setArray(1, connection.createArrayOf("text", records));
                statement.setArray(2, connection.createArrayOf("text", emails));
                statement.setString(3, checked.workspaceId());
                try (var rows = statement.executeQuery()) {
                    if (!rows.next()) {
                        throw ApiException.invalid("workspace_id", "There is no workspace with this id.");
                    }
                    var erasure = Erasure.of(rows);
                    noting.of(erasure, records.length + " records, " + emails.length + " e-mail addresses")
                            .persist();
                    return erasure;
                }
            }
        });
    }

    /** The erasure with this id, or 404. */
    Erasure get(String id) {
        UUID key = Erasure.parse(id).orElseThrow(ApiException::notFound);
        return Acting.ENGINE.call(() -> list(GET, key)).stream().findFirst().orElseThrow(ApiException::notFound);
    }

    /** The newest of a workspace, newest first. */
    List<Erasure> newest(String workspaceId) {
        return Acting.in(workspaceId).call(() -> list(NEWEST, workspaceId));
    }

    private List<Erasure> list(String sql, @Nullable Object parameter) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            var found = new ArrayList<Erasure>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(Erasure.of(rows));
                }
            }
            return found;
        }
    }
}
