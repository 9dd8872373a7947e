package ai.nexadesk.webhooks.database;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;

/** Refuses to start if the database's settings could lose acknowledged events. */
@ApplicationScoped
class DurabilityCheck {

    private static final Logger LOG = Logger.getLogger(DurabilityCheck.class);

    /** Runs after the check of the roles, which connections need, and before publishing and sending. */
    private static final int PRIORITY = Interceptor.Priority.LIBRARY_BEFORE + 1;

    private static final String UNSAFE = """
            select name from pg_settings
            where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name
            """;

    private final DataSource dataSource;
    private final boolean allowed;

    DurabilityCheck(@Engine DataSource dataSource, DurabilitySettings settings) {
        this.dataSource = dataSource;
        this.allowed = settings.allowUnsafeDatabase();
    }

    void start(@Observes @Priority(PRIORITY) StartupEvent event) throws SQLException {
        var unsafe = unsafe();
        if (unsafe.isEmpty()) {
            return;
        }
        var problem = "PostgreSQL runs with " + String.join(" and ", unsafe)
                + " off: acknowledged events can be lost if its machine fails. Turn it on";
        if (!allowed) {
            throw new ConfigurationException(
                    problem + ", or set nexadesk.allow-unsafe-database to true where events may be lost.");
        }
        LOG.warn(problem + '.');
    }

    private List<String> unsafe() throws SQLException {
        var unsafe = new ArrayList<String>();
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(UNSAFE)) {
            while (rows.next()) {
                unsafe.add(rows.getString(1));
            }
        }
        return unsafe;
    }
}
