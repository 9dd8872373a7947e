package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.testing.server.RealServer;
import ai.nexadesk.webhooks.testing.server.ServerKind;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** Tests the servers that are installed on this machine, and skips the others. */
@DisplayName("Deliveries at pauses around the keep-alive timeout")
class RealServersTest {

    private static final Duration KEEP_ALIVE = Duration.ofMillis(300);

    @TempDir
    Path directory;

    /** The benchmark covers Go, because compiling it takes some seconds. */
    @ParameterizedTest(name = "never fail with {0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "GO")
    void neverFail(ServerKind kind) throws Exception {
        var server = RealServer.start(kind, directory.resolve("server"), KEEP_ALIVE);
        Assumptions.assumeTrue(server.isPresent(), kind + " is not installed");
        var vertx = Vertx.vertx();
        try (var running = server.get();
                var resolver = new DnsResolver(vertx, List.of());
                var sender = new HttpSender(
                        vertx,
                        new AddressPolicy(Set.of("127.0.0.0/8")),
                        resolver,
                        Duration.ofSeconds(10),
                        Clock.systemUTC())) {
            assertThat(PausedDeliveries.failed(sender, running.url(), 25, 3, KEEP_ALIVE))
                    .isEmpty();
        } finally {
            vertx.close();
        }
    }
}
