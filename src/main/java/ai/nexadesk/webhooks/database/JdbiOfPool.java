package ai.nexadesk.webhooks.database;

import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jdbi.v3.core.transaction.CMTTransactionHandler;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import javax.sql.DataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

/**
 * Jdbi for each pool, made when it is first used. Its failures are {@link JdbiException}s whose cause is the {@link SQLException}. Their
 * messages are the database's, without parameters, which can be secret.
 */
final class JdbiOfPool {

    /**
     * The driver sends null without a type, so that the database finds it. Jdbi would send a type of its choice, such as text for a UUID,
     * which the database refuses for other columns.
     */
    private static final ArgumentFactory.Preparable BY_DRIVER =
            (type, config) -> type instanceof Class<?> named && (!named.isArray() || named == byte[].class)
                    ? Optional.of(value -> (i, statement, context) ->
                            statement.setObject(i, value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value))
                    : Optional.empty();

    JdbiOfPool() {}

    /** No connection is free, or none can be made. */
    private static final class NoConnection extends JdbiException {

        private static final long serialVersionUID = 1;

        NoConnection(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** In a transaction of the framework, statements are part of it. */
    @Produces
    @ApplicationScoped
    static Jdbi pages(DataSource pool) {
        var jdbi = of(pool).setTransactionHandler(new CMTTransactionHandler());
        return jdbi.configure(Handles.class, handles -> handles.setForceEndTransactions(false));
    }

    @Produces
    @ApplicationScoped
    @Engine
    static Jdbi engine(@Engine DataSource pool) {
        return of(pool);
    }

    static Jdbi of(DataSource pool) {
        return Jdbi.create(() -> connection(pool))
                .registerArgument(BY_DRIVER)
                .registerArrayType(String.class, "text")
                .registerArrayType(Instant.class, "timestamptz")
                .configure(SqlStatements.class, statements -> statements.setTemplateEngine(TemplateEngine.NOP))
                .configure(
                        StatementExceptions.class,
                        failures -> failures.setMessageRendering(failure -> failure.getCause() == null
                                ? failure.getShortMessage()
                                : failure.getCause().getMessage()));
    }

    private static Connection connection(DataSource pool) {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw new NoConnection(e);
        }
    }
}
