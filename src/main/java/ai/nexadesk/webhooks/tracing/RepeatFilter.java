package ai.nexadesk.webhooks.tracing;

import io.quarkus.logging.LoggingFilter;
import io.vertx.core.http.HttpClosedException;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.logging.Filter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/**
 * Logs the same warning or error at most once a minute, with the number of omitted ones. Messages that differ only in
 * numbers and IDs count as the same. If a database, a broker, a collector or a client is unavailable, only the cause is
 * logged, without a stack trace.
 */
@LoggingFilter(name = "repeats")
public final class RepeatFilter implements Filter {

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_KINDS = 1_000;

    private static final Formatter MESSAGE = new PatternFormatter("%s");

    private static final Pattern ANY_NUMBER = Pattern.compile("\\S*\\d\\S*");

    /** Hibernate's message, around the cause, if the pool has no connection. */
    private static final Pattern NOT_ACQUIRED =
            Pattern.compile("Unable to acquire JDBC Connection \\[(.*)] \\[n/a]", Pattern.DOTALL);

    /**
     * The parts around a PostgreSQL message: the class before it, and after it a position in a statement that is not
     * shown.
     */
    private static final Pattern POSTGRESQL =
            Pattern.compile("org\\.postgresql\\.util\\.PSQLException: |\\n +Position: \\d+");

    /** The pool's message if all connections were in use, or a new one was not opened in time. */
    private static final Pattern NOT_FREE = Pattern.compile(
            "(?:java\\.sql\\.SQLException: )?(?:Sorry, acquisition timeout!|Acquisition timeout while waiting for new connection)");

    /** References shown to users are always logged. */
    private static final String REFERENCE = "Reference ";

    /** Shared by all filters. */
    private static final ConcurrentHashMap<String, Kind> KINDS = new ConcurrentHashMap<>();

    /** The last record that was let through, because each handler asks about it. */
    private static final ThreadLocal<@Nullable LogRecord> PASSED = new ThreadLocal<>();

    private static final ThreadLocal<@Nullable LogRecord> LEFT_OUT = new ThreadLocal<>();

    private final LongSupplier nanos;

    public RepeatFilter() {
        this(System::nanoTime);
    }

    RepeatFilter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Similar records. */
    private static final class Kind {

        private final long shownAt;
        private int leftOut;
        private @Nullable LogRecord last;

        Kind(long shownAt) {
            this.shownAt = shownAt;
        }
    }

    @Override
    public boolean isLoggable(LogRecord logged) {
        if (logged.getLevel().intValue() < Level.WARNING.intValue() || logged == PASSED.get()) {
            return true;
        }
        if (logged == LEFT_OUT.get()) {
            return false;
        }
        var text = text(logged);
        int more = text.startsWith(REFERENCE) ? 0 : count(logged, text);
        if (more < 0) {
            LEFT_OUT.set(logged);
            return false;
        }
        PASSED.set(logged);
        set(logged, more == 0 ? text : text + " (" + more + " more since the last entry)");
        return true;
    }

    /** How many were omitted before it; negative if it is omitted itself. */
    private int count(LogRecord logged, String text) {
        int[] more = {0};
        var name = logged.getLoggerName() + ANY_NUMBER.matcher(text).replaceAll("#");
        if (KINDS.size() >= MAX_KINDS) {
            KINDS.clear();
        }
        KINDS.compute(name, (same, kind) -> {
            if (kind == null || nanos.getAsLong() - kind.shownAt >= PAUSE_NANOS) {
                more[0] = kind == null ? 0 : kind.leftOut;
                return new Kind(nanos.getAsLong());
            }
            kind.leftOut++;
            kind.last = logged;
            more[0] = -1;
            return kind;
        });
        return more[0];
    }

    /**
     * The last omitted record of each kind that was last logged more than a minute ago. The caller must log these
     * records.
     */
    static List<LogRecord> due(long now) {
        LEFT_OUT.remove();
        KINDS.values().removeIf(kind -> kind.last == null && now - kind.shownAt >= PAUSE_NANOS);
        return KINDS.values().stream()
                .filter(kind -> now - kind.shownAt >= PAUSE_NANOS)
                .map(kind -> kind.last)
                .toList();
    }

    private static String text(LogRecord logged) {
        var text = MESSAGE.format(logged);
        var cause = away(logged.getThrown());
        if (cause != null) {
            logged.setThrown(null);
            text += ": " + cause;
        }
        return plain(text);
    }

    /** The text of the cause, the same regardless of the exceptions around it. */
    private static String plain(String text) {
        var cause =
                POSTGRESQL.matcher(NOT_ACQUIRED.matcher(text).replaceAll("$1")).replaceAll("");
        return NOT_FREE.matcher(cause).replaceAll("no database connection was free in time");
    }

    private static void set(LogRecord logged, String text) {
        if (logged instanceof ExtLogRecord ours) {
            ours.setMessage(text, ExtLogRecord.FormatStyle.NO_FORMAT);
        } else {
            logged.setMessage(text);
            logged.setParameters(null);
        }
    }

    /** The exception that means that a service is unavailable; null if there is none. */
    private static @Nullable Throwable away(@Nullable Throwable thrown) {
        var cause = thrown;
        while (cause != null && !isAway(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isAway(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof UnknownHostException
                || cause instanceof ClosedChannelException
                || cause instanceof HttpClosedException
                || cause instanceof SQLException sql
                        && (sql.getSQLState() == null || sql.getSQLState().matches("(08|53|57).*|55P03"));
    }
}
