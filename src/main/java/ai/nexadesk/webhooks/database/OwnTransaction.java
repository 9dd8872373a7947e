package ai.nexadesk.webhooks.database;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Runs several statements of the engine in one transaction, separate from the transaction of a request. */
public final class OwnTransaction {

    private OwnTransaction() {}

    /** The work of a transaction. */
    public interface TransactionBody<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Runs all of the work, or none of it. */
    public static <T> T of(DataSource engine, TransactionBody<T> work) throws SQLException {
        try (var connection = engine.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }
}
