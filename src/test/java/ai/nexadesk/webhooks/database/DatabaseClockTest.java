package ai.nexadesk.webhooks.database;

import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.JsonLog;
import ai.nexadesk.webhooks.testing.Sql;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

@QuarkusTest
@DisplayName("The clock")
class DatabaseClockTest {

    @Test
    @DisplayName("is this machine's if that agrees with the database's")
    void agrees() {
        assertThat(lookWith("0 s", Instant.now())).isEmpty();
    }

    @Test
    @DisplayName("is the database's if this machine's is wrong, which is logged once")
    void wrong() {
        var inFiveWeeks = Instant.now().plus(Duration.ofDays(35));
        assertThat(lookWith("35 days", inFiveWeeks))
                .contains("s behind the database's")
                .containsOnlyOnce("Synchronize");
    }

    /** Checks the clock with a function that PostgreSQL finds before its own clock_timestamp(). */
    private static String lookWith(String ahead, Instant expected) {
        var sql = new Sql();
        sql.run("create schema other_time");
        sql.run("""
                create function other_time.clock_timestamp() returns timestamptz language sql
                return pg_catalog.clock_timestamp() + interval '%s'
                """.formatted(ahead));
        var source = (PGSimpleDataSource) HostDatabase.source();
        source.setCurrentSchema("other_time,pg_catalog");
        try (var log = JsonLog.listen()) {
            var clock = new DatabaseClock(source);
            clock.synchronize();
            clock.synchronize();
            assertThat(clock.instant()).isCloseTo(expected, within(5, ChronoUnit.SECONDS));
            return log.lines().stream()
                    .filter(line -> line.contains(DatabaseClock.class.getName()))
                    .collect(Collectors.joining());
        } finally {
            sql.run("drop schema other_time cascade");
        }
    }
}
