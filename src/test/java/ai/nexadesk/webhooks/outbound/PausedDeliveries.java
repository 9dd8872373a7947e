package ai.nexadesk.webhooks.outbound;

import ai.nexadesk.webhooks.outbound.address.EndpointUrl;
import ai.nexadesk.webhooks.outbound.address.UrlRules;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * Deliveries from several webhooks to one server, each after a pause that is a little shorter or longer than its
 * keep-alive timeout.
 */
public final class PausedDeliveries {

    private static final int SPREAD_MILLIS = 12;

    private PausedDeliveries() {}

    /**
     * Makes the deliveries.
     *
     * @param keepAlive the time after which the server closes idle connections
     * @return the outcomes of the failed deliveries
     */
    public static List<Outcome> failed(HttpSender sender, String url, int webhooks, int rounds, Duration keepAlive)
            throws Exception {
        var endpoint = EndpointUrl.parse(url, new UrlRules(true, Set.of()));
        var threads = Executors.newFixedThreadPool(webhooks);
        try {
            var tasks = new ArrayList<Callable<List<Outcome>>>();
            for (int webhook = 0; webhook < webhooks; webhook++) {
                int number = webhook;
                tasks.add(() -> ofOne(sender, endpoint, number, rounds, keepAlive));
            }
            var failed = new ArrayList<Outcome>();
            for (var result : threads.invokeAll(tasks)) {
                failed.addAll(result.get());
            }
            return failed;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Outcome> ofOne(
            HttpSender sender, EndpointUrl endpoint, int webhook, int rounds, Duration keepAlive) throws Exception {
        var failed = new ArrayList<Outcome>();
        var body = "{\"event\":\"lead.created\"}".getBytes(StandardCharsets.UTF_8);
        var headers = List.of(new Header("Content-Type", "application/json"));
        for (int round = 0; round < rounds; round++) {
            var outcome = sender.send(new OutgoingRequest("wh_" + webhook, endpoint, headers, body))
                    .toCompletableFuture()
                    .get();
            if (!outcome.succeeded()) {
                failed.add(outcome);
            }
            // From 12 ms before the timeout to 12 ms after it.
            int offset = (webhook + 7 * round) % (2 * SPREAD_MILLIS + 1) - SPREAD_MILLIS;
            Thread.sleep(Math.max(0, keepAlive.toMillis() + offset));
        }
        return failed;
    }
}
