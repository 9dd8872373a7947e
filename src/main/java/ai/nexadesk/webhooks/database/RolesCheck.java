package ai.nexadesk.webhooks.database;

import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

import java.sql.SQLException;
import java.util.Optional;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;

/** Checks at startup, before the roles are needed, that the database user may use all of them. */
@Singleton
final class RolesCheck {

    private static final String PERMISSION_DENIED = "42501";

    private static final String MISSING = """
            select 1 from unnest(array['nexadesk_workspace', 'nexadesk_entry', 'nexadesk_engine']) role
            where not pg_has_role(session_user, role, 'set')
            """;

    private final AgroalDataSource pool;
    private final Optional<String> user;

    RolesCheck(AgroalDataSource pool, @ConfigProperty(name = "quarkus.datasource.username") Optional<String> user) {
        this.pool = pool;
        this.user = user;
    }

    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) throws SQLException {
        if (isAnyMissing()) {
            throw new ConfigurationException("The database user " + user.orElse("")
                    + " lacks the roles that NexaDesk Webhooks needs. Have a superuser run this once, then start"
                    + " again: grant nexadesk_workspace, nexadesk_entry, nexadesk_engine to " + user.orElse("…")
                    + " with inherit false, set true;");
        }
    }

    private boolean isAnyMissing() throws SQLException {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(MISSING)) {
            return rows.next();
        } catch (SQLException e) {
            // Connecting already sets one of the roles.
            if (PERMISSION_DENIED.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        }
    }
}
