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
 * Lets the same warning or error into the log once a minute, with the number of those that it left out. Numbers and ids make no
 * difference. Whoever is only away, a database, a broker, a collector or a client, gets a cause instead of a stack trace.
 */
@LoggingFilter(name = "repeats")
public final class RepeatFilter implements Filter {

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_KINDS = 1_000;

    private static final Formatter MESSAGE = new PatternFormatter("%s");

    private static final Pattern ANY_NUMBER = Pattern.compile("\\S*\\d\\S*");

    /** What a user was told: somebody may look for each. */
    private static final String REFERENCE = "Reference ";

    /** Of all filters: the log has one. */
    private static final ConcurrentHashMap<String, Kind> KINDS = new ConcurrentHashMap<>();

    /** Consoles and files ask about a record one after the other. */
    private static final ThreadLocal<@Nullable LogRecord> PASSED = new ThreadLocal<>();

    private static final ThreadLocal<@Nullable LogRecord> LEFT_OUT = new ThreadLocal<>();

    private final LongSupplier nanos;

    public RepeatFilter() {
        this(System::nanoTime);
    }

    RepeatFilter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Records that are alike. */
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

    /** How many were left out before it; negative if it is left out itself. */
    private int count(LogRecord logged, String text) {
        int[] more = {0};
        var name = logged.getLoggerName() + ANY_NUMBER.matcher(text).replaceAll("#");
        if (KINDS.size() >= MOST_KINDS) {
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

    /** The last of each kind that was left out since it was shown, more than a minute ago. This thread is to log them now. */
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
        return text.replace("Sorry, acquisition timeout!", "no database connection was free in time");
    }

    private static void set(LogRecord logged, String text) {
        if (logged instanceof ExtLogRecord ours) {
            ours.setMessage(text, ExtLogRecord.FormatStyle.NO_FORMAT);
        } else {
            logged.setMessage(text);
            logged.setParameters(null);
        }
    }

    /** What says that somebody is away. */
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
