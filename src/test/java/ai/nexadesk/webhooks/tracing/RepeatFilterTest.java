package ai.nexadesk.webhooks.tracing;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.net.ConnectException;
import java.sql.SQLException;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@DisplayName("The log")
class RepeatFilterTest {

    private final String logger = "test." + UUID.randomUUID();
    private long now;
    private final RepeatFilter filter = new RepeatFilter(() -> now);

    @Test
    @DisplayName("has the same error once a minute with a count, regardless of numbers, and other errors immediately")
    void repeats() {
        assertThat(filter.isLoggable(error("Events could not be stored: %s", "port 1234")))
                .isTrue();
        for (int i = 0; i < 600; i++) {
            var again = error("Events could not be stored: %s", "port " + i);
            assertThat(filter.isLoggable(again)).isFalse();
            assertThat(filter.isLoggable(again))
                    .as("the same result for a second handler")
                    .isFalse();
        }
        assertThat(filter.isLoggable(error("Events could not be stored: %s", "no space")))
                .isTrue();
        now += 60_000_000_000L;
        var next = error("Events could not be stored: %s", "port 9");
        assertThat(filter.isLoggable(next)).isTrue();
        assertThat(filter.isLoggable(next)).as("for a second handler").isTrue();
        assertThat(next.getMessage()).isEqualTo("Events could not be stored: port 9 (600 more since the last entry)");
    }

    @Test
    @DisplayName("says how often an error was repeated, even if it has stopped")
    void ended() {
        filter.isLoggable(error("Sweep failed"));
        var last = error("Sweep failed");
        assertThat(filter.isLoggable(last)).isFalse();
        assertThat(RepeatFilter.due(now)).doesNotContain(last);
        now += 60_000_000_000L;
        assertThat(RepeatFilter.due(now)).contains(last);
        assertThat(filter.isLoggable(last)).isTrue();
        assertThat(last.getMessage()).isEqualTo("Sweep failed (1 more since the last entry)");
        assertThat(RepeatFilter.due(now + 60_000_000_000L)).doesNotContain(last);
    }

    @Test
    @DisplayName("has every entry at level INFO, and every entry with a reference for users")
    void all() {
        for (int i = 0; i < 3; i++) {
            assertThat(filter.isLoggable(new ExtLogRecord(Level.INFO, "Took over", logger)))
                    .isTrue();
            assertThat(filter.isLoggable(error("Reference %s: GET /", "5e1f"))).isTrue();
        }
    }

    @Test
    @DisplayName("has only the cause if a service is unavailable, but the stack trace of a bug")
    void causes() {
        var away = error("Failed to export spans");
        away.setThrown(new IllegalStateException(new ConnectException("Connection refused")));
        assertThat(filter.isLoggable(away)).isTrue();
        assertThat(away.getThrown()).isNull();
        assertThat(away.getMessage()).endsWith("Failed to export spans: java.net.ConnectException: Connection refused");

        var bug = error("Task failed");
        bug.setThrown(new SQLException("syntax error", "42601"));
        assertThat(filter.isLoggable(bug)).isTrue();
        assertThat(bug.getThrown()).isNotNull();
    }

    @Test
    @DisplayName("has the same cause once, in the same words, regardless of the exceptions around it")
    void ways() {
        var refused = error("Sweep failed: The connection attempt failed.");
        assertThat(filter.isLoggable(refused)).isTrue();
        for (var way : new String[] {
            "org.postgresql.util.PSQLException: The connection attempt failed.",
            "Unable to acquire JDBC Connection [The connection attempt failed.] [n/a]",
            "The connection attempt failed.\n  Position: 8"
        }) {
            assertThat(filter.isLoggable(error("Sweep failed: %s", way))).isFalse();
        }
        var late = error("Sweep failed");
        late.setThrown(new SQLException("Acquisition timeout while waiting for new connection"));
        assertThat(filter.isLoggable(late)).isTrue();
        assertThat(late.getMessage()).isEqualTo("Sweep failed: no database connection was free in time");
        assertThat(filter.isLoggable(error("Sweep failed: Sorry, acquisition timeout!")))
                .isFalse();
    }

    private ExtLogRecord error(String format, Object... parameters) {
        var logged = new ExtLogRecord(Level.ERROR, format, ExtLogRecord.FormatStyle.PRINTF, logger);
        logged.setParameters(parameters);
        return logged;
    }
}
