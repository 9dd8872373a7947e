package ai.nexadesk.webhooks.bench.workload;

import ai.nexadesk.webhooks.bench.measure.Report;
import ai.nexadesk.webhooks.outbound.HttpSender;
import ai.nexadesk.webhooks.outbound.PausedDeliveries;
import ai.nexadesk.webhooks.outbound.address.AddressPolicy;
import ai.nexadesk.webhooks.outbound.address.DnsResolver;
import ai.nexadesk.webhooks.testing.server.RealServer;
import ai.nexadesk.webhooks.testing.server.ServerKind;
import io.vertx.core.Vertx;

import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Sends 1,000 deliveries to each web server installed on this machine, with varying pauses around its keep-alive
 * timeout.
 */
public final class KeptConnections {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);
    private static final int WEBHOOKS = 50;
    private static final int ROUNDS = 20;

    private KeptConnections() {}

    public static void run(Report report) throws Exception {
        var vertx = Vertx.vertx();
        try (var resolver = new DnsResolver(vertx, List.of())) {
            for (var kind : ServerKind.values()) {
                var server = RealServer.start(kind, Files.createTempDirectory("kept"), KEEP_ALIVE);
                if (server.isEmpty()) {
                    System.out.println("  " + kind + ": not installed");
                    continue;
                }
                try (var running = server.get();
                        var sender = new HttpSender(
                                vertx,
                                new AddressPolicy(Set.of("127.0.0.0/8")),
                                resolver,
                                Duration.ofSeconds(5),
                                Clock.systemUTC())) {
                    var failed = PausedDeliveries.failed(sender, running.url(), WEBHOOKS, ROUNDS, KEEP_ALIVE);
                    System.out.printf("  %s: %d deliveries, %d failed%n", kind, WEBHOOKS * ROUNDS, failed.size());
                    if (!failed.isEmpty()) {
                        report.fail("kept " + kind + ": " + failed.size() + " failed, first: "
                                + failed.get(0).message());
                    }
                }
            }
        } finally {
            vertx.close();
        }
    }
}
