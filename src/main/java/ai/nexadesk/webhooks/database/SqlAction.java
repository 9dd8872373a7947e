package ai.nexadesk.webhooks.database;

import java.sql.SQLException;

/** An action that runs SQL. */
@FunctionalInterface
public interface SqlAction {
    void run() throws SQLException;
}
