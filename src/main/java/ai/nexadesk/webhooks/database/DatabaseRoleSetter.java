package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalPoolInterceptor;
import io.quarkus.agroal.DataSource;
import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;

/**
 * Sets the role and the workspace at the beginning of every transaction. The workspace is reset when the transaction
 * ends: an idle connection has the role for workspaces, but no workspace.
 */
@Singleton
@Default
@DataSource("log")
final class DatabaseRoleSetter implements AgroalPoolInterceptor {

    private static final String ACT = "select set_config('role', ?, true), set_config('nexadesk.workspace', ?, true)";

    private final CurrentVertxRequest request;

    DatabaseRoleSetter(CurrentVertxRequest request) {
        this.request = request;
    }

    @Override
    public void onConnectionAcquire(Connection connection) {
        var acting = acting();
        if (acting == null) {
            return;
        }
        try {
            if (connection.getAutoCommit()) {
                return;
            }
            // If this fails, so does the rest of the transaction.
            try (var statement = connection.prepareStatement(ACT)) {
                statement.setString(1, acting.role());
                statement.setString(2, acting.workspace());
                statement.execute();
            }
        } catch (SQLException e) {
            // The message names the role if that is the problem.
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private @Nullable DatabaseRole acting() {
        var isRequest = Arc.container().requestContext().isActive();
        return DatabaseRole.present(isRequest ? request.getCurrent() : null);
    }
}
