package ai.nexadesk.webhooks.event;

import ai.nexadesk.webhooks.database.Engine;
import io.quarkus.runtime.StartupEvent;
import org.jboss.logging.Logger;

import java.sql.SQLException;
import java.util.ArrayList;
import javax.sql.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Warns where the database is set so that it can lose what publishing has acknowledged. */
@ApplicationScoped
class DurabilityCheck {

    private static final Logger LOG = Logger.getLogger(DurabilityCheck.class);

    private static final String UNSAFE = """
            select name from pg_settings
            where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off' order by name
            """;

    private final DataSource dataSource;

    DurabilityCheck(@Engine DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void start(@Observes StartupEvent event) throws SQLException {
        var unsafe = new ArrayList<String>();
        try (var connection = dataSource.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(UNSAFE)) {
            while (rows.next()) {
                unsafe.add(rows.getString(1));
            }
        }
        if (!unsafe.isEmpty()) {
            LOG.warnf(
                    "PostgreSQL runs with %s off: acknowledged events can be lost when its machine fails. Turn it on.",
                    String.join(" and ", unsafe));
        }
    }
}
