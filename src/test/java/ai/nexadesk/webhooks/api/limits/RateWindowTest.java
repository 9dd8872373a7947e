package ai.nexadesk.webhooks.api.limits;

import ai.nexadesk.webhooks.access.signin.InstallationProfile;
import ai.nexadesk.webhooks.api.Hashes;
import ai.nexadesk.webhooks.database.Engine;
import ai.nexadesk.webhooks.testing.HostDatabase;
import ai.nexadesk.webhooks.testing.Sql;
import ai.nexadesk.webhooks.testing.TestWorkspace;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@TestProfile(InstallationProfile.class)
@DisplayName("The limit of 100 requests in 60 seconds")
class RateWindowTest {

    private static final long MINUTE = 60_000_000;

    @Inject
    @Engine
    Jdbi jdbi;

    @Inject
    RateSettings settings;

    private final Sql sql = new Sql();

    /** Kept open, because the tests use it thousands of times. */
    private Connection connection;

    private byte[] key;
    private RateLimit limit;

    /** The microseconds by which all accepted requests have been moved back. */
    private long passed;

    /** The times of the accepted requests in microseconds, including {@link #passed}. */
    private final List<Long> taken = new ArrayList<>();

    @BeforeEach
    void key() throws SQLException {
        connection = HostDatabase.connect();
        key = Hashes.sha256(TestWorkspace.create().apiKey("read"));
        limit = new RateLimit(jdbi, settings);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    @DisplayName("holds in every window, and rejects nothing that it allows")
    void everyWindow() throws SQLException {
        var random = new Random(60);
        for (int burst = 0; burst < 30; burst++) {
            int size = random.nextInt(4) == 0 ? 110 : random.nextInt(60);
            for (int i = 0; i < size; i++) {
                ask();
                // Let up to 1.5 s pass, but mostly less than 2 ms.
                pass(random.nextInt(10) == 0 ? random.nextLong(MINUTE / 40) : random.nextLong(2_000));
            }
            pass(random.nextBoolean() ? MINUTE - random.nextLong(1_000_000) : random.nextLong(MINUTE));
        }
        assertThat(taken).hasSizeGreaterThan(500);
        for (int i = 100; i < taken.size(); i++) {
            assertThat(taken.get(i) - taken.get(i - 100)).isGreaterThanOrEqualTo(MINUTE);
        }
    }

    @Test
    @DisplayName("cannot be doubled with requests at the end of one minute and the beginning of the next")
    void twoBursts() throws SQLException {
        for (int i = 0; i < 100; i++) {
            ask();
        }
        pass(MINUTE / 2);
        for (int i = 0; i < 100; i++) {
            ask();
        }
        assertThat(taken).hasSize(100);
        pass(MINUTE / 2);
        for (int i = 0; i < 110; i++) {
            ask();
        }
        assertThat(taken).hasSize(200);
    }

    @Test
    @DisplayName("is shared by replicas, even for simultaneous requests")
    void replicas() throws Exception {
        var replicas = List.of(limit, new RateLimit(jdbi, settings));
        var threads = Executors.newFixedThreadPool(8);
        try {
            var asked = threads.invokeAll(IntStream.range(0, 300)
                    .mapToObj(i -> (Callable<RateLimit.Taken>)
                            () -> replicas.get(i % 2).take(key).orElseThrow())
                    .toList());
            var granted = new ArrayList<RateLimit.Taken>();
            for (var answer : asked) {
                if (!answer.get().isRefused()) {
                    granted.add(answer.get());
                }
            }
            assertThat(granted.stream().map(RateLimit.Taken::remaining).collect(Collectors.toSet()))
                    .as("every response has another number of remaining requests")
                    .hasSize(100);
            assertThat(granted).hasSize(100);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    @DisplayName("holds if the database's clock is set back by seconds, and starts over if it is set back by hours")
    void setBack() throws SQLException {
        for (int i = 0; i < 100; i++) {
            ask();
        }
        pass(-30_000_000);
        var refused = limit.take(key).orElseThrow();
        assertThat(refused.retryAfter()).isBetween(61L, 90L);
        pass(-7_200_000_000L);
        assertThat(limit.take(key).orElseThrow().remaining()).isEqualTo(99);
    }

    @Test
    @DisplayName("applies immediately if it was higher before, and says when requests are possible again")
    void lowered() throws SQLException {
        ask();
        sql.run("""
                update request_window set times = array(
                    select now() + (n * 0.3 - 45) * interval '1 second' from generate_series(1, 150) n order by n)
                where key_hash = ?
                """, key);
        var refused = limit.take(key).orElseThrow();
        assertThat(refused.remaining()).isZero();
        assertThat(refused.retryAfter())
                .as("until the 51st request leaves the window")
                .isBetween(24L, 31L);
        pass(31_000_000);
        assertThat(limit.take(key).orElseThrow().isRefused()).isFalse();
    }

    @Test
    @DisplayName("leaves no row for invalid keys")
    void noKey() throws SQLException {
        var guessed = Hashes.sha256("fc_live_guessed");
        assertThat(limit.take(guessed)).isEmpty();
        assertThat(sql.text("select count(*) from request_window where key_hash = ?", guessed))
                .isEqualTo("0");
    }

    /** Makes one request, and compares the response with what the accepted requests allow. */
    private void ask() throws SQLException {
        var answer = limit.take(key).orElseThrow();
        long now = micros() + passed;
        var within = taken.stream().filter(time -> time > now - MINUTE).toList();
        assertThat(answer.isRefused()).isEqualTo(within.size() >= 100);
        if (answer.isRefused()) {
            assertThat(answer.remaining()).isZero();
            assertThat(answer.retryAfter()).isEqualTo(ceil(within.get(0) + MINUTE - now));
            assertThat(answer.reset()).isEqualTo(ceil(taken.get(taken.size() - 1) - passed + MINUTE));
        } else {
            taken.add(now);
            assertThat(answer.remaining()).isEqualTo(99 - within.size());
            assertThat(answer.reset()).isEqualTo(ceil(now - passed + MINUTE));
        }
    }

    private static long ceil(long micros) {
        return (micros + 999_999) / 1_000_000;
    }

    private long micros() throws SQLException {
        return Long.parseLong(Sql.text(
                connection,
                "select (extract(epoch from asked_at) * 1000000)::bigint from request_window where key_hash = ?",
                key));
    }

    /** Lets time pass by making all accepted requests older. */
    private void pass(long micros) throws SQLException {
        Sql.run(connection, """
                update request_window set times = array(select t - ? * interval '1 microsecond' from unnest(times) t)
                where key_hash = ?
                """, micros, key);
        passed += micros;
    }
}
