package ai.nexadesk.webhooks;

import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.runtime.StartupEvent;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.flywaydb.core.Flyway;

import java.sql.SQLException;
import javax.sql.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Ready only while the database has the schema that this version was started on, as after a wrong restore it has not. */
@Readiness
@ApplicationScoped
class SchemaReadiness implements HealthCheck {

    /** A newer one is fine: while an upgrade rolls, the former version runs on the new schema. */
    private static final String HAS = "select exists (select from flyway_schema_history where version = ? and success)";

    private final DataSource dataSource;
    private final Flyway flyway;
    private volatile String version = "";

    SchemaReadiness(@Engine DataSource dataSource, Flyway flyway) {
        this.dataSource = dataSource;
        this.flyway = flyway;
    }

    void start(@Observes StartupEvent event) {
        version = flyway.info().current().getVersion().getVersion();
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("Database schema").withData("version", version);
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(HAS)) {
            statement.setString(1, version);
            try (var rows = statement.executeQuery()) {
                return response.status(rows.next() && rows.getBoolean(1)).build();
            }
        } catch (SQLException e) {
            return response.down().build();
        }
    }
}
