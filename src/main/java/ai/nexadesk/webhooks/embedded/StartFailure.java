package ai.nexadesk.webhooks.embedded;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.util.PSQLException;

import java.net.BindException;
import java.sql.SQLException;
import java.util.List;

/** Prints why the application did not start, as the last line of its output. */
final class StartFailure {

    /** Exceptions whose message explains the problem; their stack trace helps nobody. */
    private static final List<Class<?>> EXPLAINED =
            List.of(ConfigurationException.class, SQLException.class, FlywayException.class, BindException.class);

    private StartFailure() {}

    static void print(Throwable failure) {
        var cause = ExceptionUtil.getRootCause(failure);
        if (EXPLAINED.stream().noneMatch(known -> known.isInstance(cause))) {
            failure.printStackTrace();
        }
        print(line(cause));
    }

    static void print(String line) {
        System.err.println("NexaDesk Webhooks cannot start. " + line);
    }

    private static String line(Throwable cause) {
        // Omit the position in the database's source code.
        var message = cause instanceof PSQLException e && e.getServerErrorMessage() != null
                ? e.getServerErrorMessage().getMessage()
                : cause.getMessage();
        return (message == null ? cause.toString() : message).strip().replaceAll("\\s+", " ");
    }
}
