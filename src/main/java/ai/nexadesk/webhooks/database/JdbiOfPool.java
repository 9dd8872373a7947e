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
 * Jdbi for each pool, created when first used. Failures are {@link JdbiException}s with the {@link SQLException} as
 * cause. Their messages are the database's, without parameters, which can be secret.
 */
final class JdbiOfPool {

    /**
     * Passes null without a type, so that the database determines it. Jdbi would send a type of its choice, such as
     * text for a UUID, which the database rejects for other columns.
     */
    private static final ArgumentFactory.Preparable BY_DRIVER =
            (type, config) -> type instanceof Class<?> named && (!named.isArray() || named == byte[].class)
                    ? Optional.of(value -> (i, statement, context) ->
                            statement.setObject(i, value instanceof Instant at ? at.atOffset(ZoneOffset.UTC) : value))
                    : Optional.empty();

    JdbiOfPool() {}

    /** Thrown if no connection is free or can be opened. */
    private static final class NoConnection extends JdbiException {

        private static final long serialVersionUID = 1;

        NoConnection(SQLException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Jdbi for pages; within a transaction of the framework, statements are part of it. */
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
